package io.fanfold.worker.predict;

import io.fanfold.schemas.FailureCode;

/**
 * What a picture file says of itself, read without decoding it.
 *
 * @param components samples per pixel of a JPEG, 0 for other formats
 * @param adobeTransform the colour transform of a JPEG's Adobe marker, -1 without one
 */
record PictureFile(String mediaType, int width, int height, int components, int adobeTransform) {

  PictureFile(String mediaType, int width, int height) {
    this(mediaType, width, height, 0, -1);
  }

  /** Reads the structure from the first to the last byte that matters. */
  static PictureFile inspect(String mediaType, byte[] bytes) throws PredictionException {
    if (bytes.length == 0) {
      throw new PredictionException(FailureCode.CORRUPT_INPUT, "the content is empty");
    }
    ByteCursor cursor = new ByteCursor(bytes);
    return switch (mediaType) {
      case MediaTypes.JPEG -> JpegFile.inspect(cursor);
      case MediaTypes.PNG -> PngFile.inspect(cursor);
      case MediaTypes.GIF -> GifFile.inspect(cursor);
      case MediaTypes.BMP -> BmpFile.inspect(cursor);
      default ->
          throw new PredictionException(
              FailureCode.UNSUPPORTED_FORMAT,
              "the content is "
                  + mediaType
                  + "; pictures are "
                  + String.join(", ", MediaTypes.PICTURES));
    };
  }
}
