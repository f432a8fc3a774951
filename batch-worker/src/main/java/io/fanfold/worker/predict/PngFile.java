package io.fanfold.worker.predict;

import java.util.zip.CRC32;

/** Walks the chunks of a PNG and checks the sums of those that make the picture. */
final class PngFile {
  private static final int IHDR = 0x49484452;
  private static final int IDAT = 0x49444154;
  private static final int IEND = 0x49454e44;

  private PngFile() {}

  static PictureFile inspect(ByteCursor in) throws PredictionException {
    in.skip(8);
    PictureFile header = null;
    boolean data = false;
    while (true) {
      long length = in.u32();
      int start = in.position();
      int type = (int) in.u32();
      if (header == null) {
        if (type != IHDR || length != 13) {
          throw ByteCursor.corrupt("the PNG does not start with its header");
        }
        long width = in.u32();
        long height = in.u32();
        header = new PictureFile(MediaTypes.PNG, clamp(width), clamp(height));
        // A huge claim fails for what it claims, whatever else is wrong with the file.
        PictureLimits.check(header);
        in.seek(start + 4);
      }
      in.skip(length);
      int end = in.position();
      long sum = in.u32();
      if (isCritical(type) && sum != crc(in.bytes(), start, end)) {
        throw ByteCursor.corrupt("a PNG chunk has the wrong checksum");
      }
      data |= type == IDAT;
      if (type == IEND) {
        break;
      }
    }
    if (!data) {
      throw ByteCursor.corrupt("the PNG has no picture data");
    }
    return header;
  }

  private static int clamp(long size) {
    return (int) Math.min(size, Integer.MAX_VALUE);
  }

  private static boolean isCritical(int type) {
    return (type & 0x20000000) == 0;
  }

  private static long crc(byte[] bytes, int from, int to) {
    CRC32 crc = new CRC32();
    crc.update(bytes, from, to - from);
    return crc.getValue();
  }
}
