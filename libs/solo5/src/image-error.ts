/** Every reason for which an image is refused; a code is never renamed. */
export const IMAGE_ERROR_CODES = [
  'IMAGE_EMPTY',
  'IMAGE_NOT_ELF',
  'IMAGE_TRUNCATED',
  'IMAGE_NOT_EXECUTABLE',
  'IMAGE_HEADERS_INVALID',
  'IMAGE_ABI_MISSING',
  'IMAGE_ABI_INVALID',
  'IMAGE_MANIFEST_MISSING',
  'IMAGE_MANIFEST_INVALID',
] as const;

export type ImageErrorCode = (typeof IMAGE_ERROR_CODES)[number];

export type ImageErrorDetails = Readonly<Record<string, string | number>>;

/**
 * An image was refused. `message` is one sentence for people and holds no unescaped byte of the
 * image; `details` holds the same figures for programs (offsets and sizes in bytes).
 */
export class ImageError extends Error {
  override readonly name = 'ImageError';
  readonly code: ImageErrorCode;
  readonly details: ImageErrorDetails;

  constructor(code: ImageErrorCode, message: string, details: ImageErrorDetails = {}) {
    super(message);
    this.code = code;
    this.details = details;
  }
}
