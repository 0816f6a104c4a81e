// Raises how many bytes of certificates OpenSSL takes from a client: 100 KiB unless it is told otherwise, and
// Node has no way to tell it. The original's client has an image in its certificate. Node-API cannot be used:
// what Node's own objects hold is not one of its externals.
#include <node.h>

// As in openssl/ssl.h, which Debian's Node has in another package.
extern "C" long SSL_CTX_ctrl(void* context, int command, long number, void* pointer);
static const int kSetMaxCertList = 51;

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

NODE_MODULE_INIT() { NODE_SET_METHOD(exports, "liftCertificateLimit", LiftCertificateLimit); }
