package io.fanfold.worker.predict;

/** Reads the header of a BMP and checks that the pixels it promises are there. */
final class BmpFile {
  private static final int UNCOMPRESSED = 0;
  private static final int BITFIELDS = 3;

  private BmpFile() {}

  static PictureFile inspect(ByteCursor in) throws PredictionException {
    in.skip(10);
    int offset = in.s32LittleEndian();
    int headerSize = in.s32LittleEndian();
    int width;
    int height;
    int bits;
    int compression = UNCOMPRESSED;
    if (headerSize == 12) {
      width = in.u16LittleEndian();
      height = in.u16LittleEndian();
      in.skip(2);
      bits = in.u16LittleEndian();
    } else if (headerSize >= 40 && headerSize <= 124) {
      width = in.s32LittleEndian();
      // Rows from the top down are told by a negative height.
      height = Math.abs(in.s32LittleEndian());
      in.skip(2);
      bits = in.u16LittleEndian();
      compression = in.s32LittleEndian();
      in.skip(12);
      int colours = in.s32LittleEndian();
      if (bits <= 8 && (colours < 0 || colours > 1 << bits)) {
        throw ByteCursor.corrupt("the BMP has more colours than its pixels can name");
      }
    } else {
      throw ByteCursor.unsupported("a BMP with a header of " + headerSize + " bytes");
    }
    if (compression < UNCOMPRESSED || compression > BITFIELDS) {
      // JPEG or PNG inside a BMP would bring dimensions of its own.
      throw ByteCursor.unsupported("a BMP with compression " + compression);
    }
    PictureFile file = new PictureFile(MediaTypes.BMP, width, height);
    PictureLimits.check(file);
    if (compression == UNCOMPRESSED || compression == BITFIELDS) {
      long rowBytes = ((long) width * bits + 31) / 32 * 4;
      in.seek(0);
      in.skip(Integer.toUnsignedLong(offset));
      in.skip(rowBytes * height);
    }
    return file;
  }
}
