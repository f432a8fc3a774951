package io.fanfold.worker.predict;

/** Walks the markers of a JPEG: decoders are content with half of one, we are not. */
final class JpegFile {
  /** Every progressive scan passes over the whole picture again; honest encoders use about ten. */
  static final int MAX_SCANS = 100;

  private static final int SOF0 = 0xc0;
  private static final int SOF2 = 0xc2;
  private static final int DHT = 0xc4;
  private static final int JPG = 0xc8;
  private static final int DAC = 0xcc;
  private static final int SOF15 = 0xcf;
  private static final int RST0 = 0xd0;
  private static final int RST7 = 0xd7;
  private static final int SOI = 0xd8;
  private static final int EOI = 0xd9;
  private static final int SOS = 0xda;
  private static final int APP14 = 0xee;
  private static final int TEM = 0x01;

  private JpegFile() {}

  static PictureFile inspect(ByteCursor in) throws PredictionException {
    in.skip(2);
    int width = 0;
    int height = 0;
    int components = 0;
    int adobeTransform = -1;
    int scans = 0;
    while (true) {
      int marker = nextMarker(in);
      if (marker == EOI) {
        break;
      }
      if (marker == SOI || marker == TEM || isRestart(marker)) {
        continue;
      }
      int start = in.position();
      int length = in.u16();
      if (length < 2) {
        throw ByteCursor.corrupt("a JPEG segment is shorter than its own length");
      }
      if (isFrame(marker)) {
        if (components != 0) {
          throw ByteCursor.corrupt("the JPEG has two frames");
        }
        if (marker > SOF2) {
          throw ByteCursor.unsupported("a lossless, hierarchical or arithmetic-coded JPEG");
        }
        int precision = in.u8();
        if (precision != 8) {
          throw ByteCursor.unsupported("a JPEG of " + precision + " bits per sample, not 8");
        }
        height = in.u16();
        width = in.u16();
        components = in.u8();
        if (components != 1 && components != 3 && components != 4) {
          throw ByteCursor.unsupported("a JPEG of " + components + " components");
        }
      } else if (marker == APP14 && length >= 14 && isAdobe(in)) {
        in.seek(start + 13);
        adobeTransform = in.u8();
      } else if (marker == SOS) {
        if (components == 0) {
          throw ByteCursor.corrupt("the JPEG has a scan before its frame");
        }
        if (++scans > MAX_SCANS) {
          throw ByteCursor.unsupported("a JPEG of more than " + MAX_SCANS + " scans");
        }
      }
      in.seek(start);
      in.skip(length);
      if (marker == SOS) {
        skipEntropyCoded(in);
      }
    }
    if (scans == 0) {
      throw ByteCursor.corrupt("the JPEG has no picture data");
    }
    return new PictureFile(MediaTypes.JPEG, width, height, components, adobeTransform);
  }

  private static int nextMarker(ByteCursor in) throws PredictionException {
    if (in.u8() != 0xff) {
      throw ByteCursor.corrupt("bytes between JPEG segments, at " + (in.position() - 1));
    }
    int marker = in.u8();
    while (marker == 0xff) {
      marker = in.u8();
    }
    if (marker == 0) {
      throw ByteCursor.corrupt("picture data outside a JPEG scan, at " + (in.position() - 2));
    }
    return marker;
  }

  private static void skipEntropyCoded(ByteCursor in) throws PredictionException {
    byte[] bytes = in.bytes();
    for (int i = in.position(); i + 1 < bytes.length; i++) {
      if (bytes[i] == (byte) 0xff) {
        int next = bytes[i + 1] & 0xff;
        if (next != 0 && next != 0xff && !isRestart(next)) {
          in.seek(i);
          return;
        }
      }
    }
    throw ByteCursor.corrupt("the JPEG ends early: no end marker");
  }

  private static boolean isAdobe(ByteCursor in) throws PredictionException {
    return in.u8() == 'A' && in.u8() == 'd' && in.u8() == 'o' && in.u8() == 'b' && in.u8() == 'e';
  }

  private static boolean isFrame(int marker) {
    return marker >= SOF0 && marker <= SOF15 && marker != DHT && marker != JPG && marker != DAC;
  }

  private static boolean isRestart(int marker) {
    return marker >= RST0 && marker <= RST7;
  }
}
