// What Node has no way to tell OpenSSL about the certificates of clients. Node-API cannot be used: what Node's
// own objects hold is not one of its externals.
#include <node.h>

// As in openssl/ssl.h and openssl/x509_vfy.h, which Debian's Node has in another package.
extern "C" {
long SSL_CTX_ctrl(void* context, int command, long number, void* pointer);
void SSL_CTX_set_cert_verify_callback(void* context, int (*judge)(void*, void*), void* pointer);
void X509_STORE_CTX_set_error(void* chain, int error);
}
static const int kSetMaxCertList = 51;
static const int kApplicationVerification = 50;

// Raises how many bytes of certificates it takes: 100 KiB unless it is told otherwise, and the original's client
// has an image in its certificate.
// liftCertificateLimit(external: External of an SSL_CTX, bytes: number): boolean
static void LiftCertificateLimit(const v8::FunctionCallbackInfo<v8::Value>& args) {
  args.GetReturnValue().Set(false);
  if (args.Length() != 2 || !args[0]->IsExternal() || !args[1]->IsInt32()) return;
  void* context = args[0].As<v8::External>()->Value();
  const int32_t bytes = args[1].As<v8::Int32>()->Value();
  if (context == nullptr || bytes <= 0) return;
  SSL_CTX_ctrl(context, kSetMaxCertList, bytes, nullptr);
  args.GetReturnValue().Set(true);
}

// It goes on, as Node has it go on whatever it thinks of them; and it remembers that they are not verified. Not
// this but CertificateVerify shows that the client has the key.
static int PassOver(void* chain, void*) {
  X509_STORE_CTX_set_error(chain, kApplicationVerification);
  return 1;
}

// Has it not look at them but for the key in the first: who judges them looks at all of it again.
// passOverCertificates(external: External of an SSL_CTX): boolean
static void PassOverCertificates(const v8::FunctionCallbackInfo<v8::Value>& args) {
  args.GetReturnValue().Set(false);
  if (args.Length() != 1 || !args[0]->IsExternal()) return;
  void* context = args[0].As<v8::External>()->Value();
  if (context == nullptr) return;
  SSL_CTX_set_cert_verify_callback(context, PassOver, nullptr);
  args.GetReturnValue().Set(true);
}

NODE_MODULE_INIT() {
  NODE_SET_METHOD(exports, "liftCertificateLimit", LiftCertificateLimit);
  NODE_SET_METHOD(exports, "passOverCertificates", PassOverCertificates);
}
