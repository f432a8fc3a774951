package io.fanfold.worker.predict;

/** Walks a GIF to the end of its first frame, the only one that is used. */
final class GifFile {
  private static final int EXTENSION = 0x21;
  private static final int IMAGE = 0x2c;

  private GifFile() {}

  static PictureFile inspect(ByteCursor in) throws PredictionException {
    in.skip(10);
    int flags = in.u8();
    in.skip(2);
    skipColourTable(in, flags);
    while (true) {
      switch (in.u8()) {
        case EXTENSION -> {
          in.skip(1);
          skipBlocks(in);
        }
        case IMAGE -> {
          in.skip(4);
          int width = in.u16LittleEndian();
          int height = in.u16LittleEndian();
          skipColourTable(in, in.u8());
          in.skip(1);
          if (skipBlocks(in) == 0) {
            throw ByteCursor.corrupt("the GIF's first frame is empty");
          }
          return new PictureFile(MediaTypes.GIF, width, height);
        }
        default -> throw ByteCursor.corrupt("the GIF has no frame");
      }
    }
  }

  private static void skipColourTable(ByteCursor in, int flags) throws PredictionException {
    if ((flags & 0x80) != 0) {
      in.skip(3L << ((flags & 7) + 1));
    }
  }

  private static long skipBlocks(ByteCursor in) throws PredictionException {
    long total = 0;
    for (int length = in.u8(); length != 0; length = in.u8()) {
      in.skip(length);
      total += length;
    }
    return total;
  }
}
