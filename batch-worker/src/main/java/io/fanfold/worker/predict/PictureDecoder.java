package io.fanfold.worker.predict;

import io.fanfold.schemas.FailureCode;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Bytes to pixels, or a typed failure. The file is inspected before ImageIO sees it: ImageIO makes
 * room for whatever a header claims and calls half a JPEG a picture.
 */
final class PictureDecoder {
  /** Pictures are thinned out while decoding as long as their long side keeps this. */
  static final int LONG_SIDE = 1920;

  private PictureDecoder() {}

  static Picture decode(Content content) throws PredictionException {
    PictureFile file = PictureFile.inspect(content.mediaType(), content.bytes());
    PictureLimits.check(file);
    String format = file.mediaType().substring("image/".length());
    Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(format);
    if (!readers.hasNext()) {
      throw ByteCursor.unsupported("this Java has no reader for " + file.mediaType());
    }
    ImageReader reader = readers.next();
    List<String> warnings = new ArrayList<>();
    // Not ImageIO.createImageInputStream: its streams may cache on disk.
    try (ImageInputStream stream =
        new MemoryCacheImageInputStream(new ByteArrayInputStream(content.bytes()))) {
      reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
      reader.setInput(stream, true, true);
      int step = Math.max(1, Math.max(file.width(), file.height()) / LONG_SIDE);
      ImageReadParam param = reader.getDefaultReadParam();
      param.setSourceSubsampling(step, step, 0, 0);
      Picture picture;
      if (file.components() == 4) {
        // ImageIO knows no CMYK, but gives the samples as they are.
        picture = PixelConversion.fromCmyk(reader.readRaster(0, param), file);
      } else {
        BufferedImage image = reader.read(0, param);
        picture = PixelConversion.fromImage(image, file);
      }
      warnings.removeIf(PictureDecoder::isHarmless);
      if (!warnings.isEmpty()) {
        throw ByteCursor.corrupt("the picture is damaged: " + warnings.get(0));
      }
      return picture;
    } catch (IOException | RuntimeException e) {
      // The readers answer damage with any exception there is, down to array bounds.
      throw new PredictionException(
          FailureCode.CORRUPT_INPUT, "the picture cannot be decoded: " + e.getMessage(), false, e);
    } finally {
      reader.dispose();
    }
  }

  private static boolean isHarmless(String warning) {
    String text = warning.toLowerCase(Locale.ROOT);
    return text.contains("profile") || text.contains("thumbnail") || text.contains("metadata");
  }

  /** Width and height must be what the file was checked for. */
  static void checkSize(Raster raster, PictureFile file) throws PredictionException {
    int step = Math.max(1, Math.max(file.width(), file.height()) / LONG_SIDE);
    if (raster.getWidth() != (file.width() + step - 1) / step
        || raster.getHeight() != (file.height() + step - 1) / step) {
      throw ByteCursor.corrupt("the picture is not of the size its header says");
    }
  }
}
