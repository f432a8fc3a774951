package io.fanfold.worker.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.fanfold.schemas.FailureCode;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PictureDecodingTest {

  @ParameterizedTest
  @CsvSource({
    "truncated.jpg, CORRUPT_INPUT",
    "empty.jpg, CORRUPT_INPUT",
    "text-renamed.jpg, UNSUPPORTED_FORMAT",
  })
  void what_is_no_whole_picture_fails_with_its_code(String sample, FailureCode code) {
    assertFails(Samples.bytes(sample), code);
  }

  @Test
  void a_failure_is_the_same_each_time_it_is_asked_for() {
    Content content = Samples.content("truncated.jpg");

    PredictionException first = failure(content);

    assertThat(failure(content)).isSameAs(first);
    assertThat(first.isTransient()).isFalse();
  }

  @Test
  void a_png_is_a_png_whatever_its_name() throws Exception {
    Content content = Samples.content("png-named.jpg");

    assertThat(content.mediaType()).isEqualTo("image/png");
    assertThat(content.picture().width()).isEqualTo(600);
    assertThat(content.picture()).as("decoded once").isSameAs(content.picture());
  }

  @ParameterizedTest
  @ValueSource(strings = {"jpg", "png", "gif", "bmp"})
  void every_format_keeps_its_colours(String format) throws Exception {
    Picture picture = Content.of(encoded(colours(BufferedImage.TYPE_INT_RGB), format)).picture();

    assertColours(picture, 12);
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        BufferedImage.TYPE_4BYTE_ABGR,
        BufferedImage.TYPE_BYTE_INDEXED,
        BufferedImage.TYPE_3BYTE_BGR,
      })
  void every_kind_of_png_keeps_its_colours(int type) throws Exception {
    assertColours(Content.of(encoded(colours(type), "png")).picture(), 12);
  }

  @ParameterizedTest
  @ValueSource(ints = {BufferedImage.TYPE_BYTE_GRAY, BufferedImage.TYPE_USHORT_GRAY})
  void grey_is_as_bright_as_its_samples_say(int type) throws Exception {
    BufferedImage image = new BufferedImage(8, 8, type);
    int sample = type == BufferedImage.TYPE_BYTE_GRAY ? 100 : 100 << 8;
    for (int i = 0; i < 64; i++) {
      image.getRaster().setSample(i % 8, i / 8, 0, sample);
    }

    assertThat(Content.of(encoded(image, "png")).picture().rgb(4, 4)).isEqualTo(0x646464);
  }

  @Test
  void transparency_lies_on_white() throws Exception {
    BufferedImage image = new BufferedImage(4, 4, BufferedImage.TYPE_INT_ARGB);
    image.setRGB(1, 1, 0x80000000);

    Picture picture = Content.of(encoded(image, "png")).picture();

    assertThat(picture.rgb(0, 0)).isEqualTo(0xffffff);
    assertThat(picture.rgb(1, 1)).isEqualTo(0x7f7f7f);
  }

  @ParameterizedTest
  @CsvSource({
    // what the four samples mean, the samples, the colour
    "-1, 255, 0, 0, 0, 00ffff",
    "-1, 0, 0, 0, 255, 000000",
    "0, 255, 0, 0, 255, ff0000",
    "0, 255, 255, 255, 128, 808080",
    "2, 255, 128, 128, 255, 000000",
    "2, 0, 128, 128, 255, ffffff",
  })
  void ink_becomes_light(int adobe, int c, int m, int y, int k, String expected) throws Exception {
    int rgb = Content.of(fourSampleJpeg(adobe, c, m, y, k)).picture().rgb(8, 8);

    int wanted = Integer.parseInt(expected, 16);
    for (int shift = 0; shift <= 16; shift += 8) {
      assertThat((rgb >> shift) & 0xff)
          .isBetween(near(wanted >> shift, -4), near(wanted >> shift, 4));
    }
  }

  @Test
  void a_progressive_jpeg_is_a_picture_whole_but_not_cut() throws Exception {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ImageWriteParam param = writer.getDefaultWriteParam();
    param.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
      writer.setOutput(out);
      writer.write(null, new IIOImage(colours(BufferedImage.TYPE_INT_RGB), null, null), param);
    }
    writer.dispose();
    byte[] whole = bytes.toByteArray();

    assertColours(Content.of(whole).picture(), 12);
    for (int length = 3; length < whole.length; length++) {
      assertFails(Arrays.copyOf(whole, length), FailureCode.CORRUPT_INPUT);
    }
  }

  @Test
  void bytes_after_the_end_are_no_damage() throws Exception {
    byte[] jpeg = Samples.bytes("coffee.jpg");

    assertThat(Content.of(Arrays.copyOf(jpeg, jpeg.length + 1000)).picture().width())
        .isEqualTo(600);
  }

  @Test
  void an_end_marker_does_not_make_half_a_jpeg_whole() {
    byte[] jpeg = Samples.bytes("coffee.jpg");
    byte[] half = Arrays.copyOf(jpeg, jpeg.length / 2);
    half[half.length - 2] = (byte) 0xff;
    half[half.length - 1] = (byte) 0xd9;

    assertFails(half, FailureCode.CORRUPT_INPUT);
  }

  @Test
  void a_png_claiming_to_be_huge_is_refused_at_once() {
    byte[] bomb = tinyPngClaiming(50_000, 50_000);
    assertThat(bomb).hasSize(74);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    assertFails(bomb, FailureCode.TOO_LARGE);

    long before = threads.getCurrentThreadAllocatedBytes();
    long start = System.nanoTime();
    assertFails(bomb, FailureCode.TOO_LARGE);

    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(2_000_000);
    assertThat(System.nanoTime() - start).isLessThan(1_000_000_000);
  }

  @ParameterizedTest
  @CsvSource({
    "10001, 1, TOO_LARGE",
    "1, 10001, TOO_LARGE",
    "8000, 5001, TOO_LARGE",
    "2147483647, 2147483647, TOO_LARGE",
    "-1, 5, TOO_LARGE",
    "0, 5, CORRUPT_INPUT",
    "8000, 5000, CORRUPT_INPUT",
  })
  void claimed_sizes_have_limits(int width, int height, FailureCode code) {
    assertFails(tinyPngClaiming(width, height), code);
  }

  @Test
  void large_pictures_are_thinned_out_while_decoding() throws Exception {
    byte[] large = encoded(new BufferedImage(6000, 3000, BufferedImage.TYPE_BYTE_GRAY), "png");
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();

    Picture picture = Content.of(large).picture();

    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(60_000_000);
    assertThat(picture.width()).isEqualTo(2000);
    assertThat(picture.height()).isEqualTo(1000);
    assertThat(picture.sourceWidth()).isEqualTo(6000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "gif", "bmp"})
  void no_format_passes_when_cut(String format) throws Exception {
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(Samples.bytes("chelsea.jpg")));
    byte[] whole = encoded(image, format);
    long seed = TruncationSweepTest.seed();
    Random random = new Random(seed);
    for (int i = 0; i < 100; i++) {
      // A GIF is whole before its trailing byte: only the first frame counts.
      byte[] cut = Arrays.copyOf(whole, random.nextInt(whole.length - 2));

      assertThat(failure(Content.of(cut)).code())
          .as("%s cut to %d of %d, fanfold.seed=%d", format, cut.length, whole.length, seed)
          .isIn(FailureCode.CORRUPT_INPUT, FailureCode.UNSUPPORTED_FORMAT);
    }
  }

  @Test
  void damaged_bytes_never_escape_as_anything_but_a_typed_failure() throws Exception {
    long seed = TruncationSweepTest.seed();
    Random random = new Random(seed);
    BufferedImage image = colours(BufferedImage.TYPE_INT_RGB);
    for (String format : new String[] {"jpg", "png", "gif", "bmp"}) {
      byte[] whole = encoded(image, format);
      for (int i = 0; i < 500; i++) {
        byte[] damaged = whole.clone();
        for (int j = 0; j <= random.nextInt(4); j++) {
          damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
        }
        try {
          Content.of(damaged).picture();
        } catch (PredictionException e) {
          assertThat(e.code())
              .as("%s, fanfold.seed=%d", format, seed)
              .isIn(
                  FailureCode.CORRUPT_INPUT, FailureCode.UNSUPPORTED_FORMAT, FailureCode.TOO_LARGE);
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "RIFF....WEBP, image/png, image/webp",
    "%PDF-1.7, image/jpeg, application/pdf",
    "'a,b', text/csv, text/csv",
    "'a,b', IMAGE/JPEG, application/octet-stream",
    "'a,b',, application/octet-stream",
    "BMW is a car maker, text/plain, text/plain",
  })
  void bytes_are_believed_over_claims(String bytes, String claimed, String mediaType) {
    Content content = Content.of(bytes.getBytes(StandardCharsets.US_ASCII), claimed);

    assertThat(content.mediaType()).isEqualTo(mediaType);
  }

  @Test
  void the_message_says_what_the_content_is_instead() {
    byte[] webp = "RIFF....WEBPVP8 ".getBytes(StandardCharsets.US_ASCII);

    assertThatThrownBy(() -> Content.of(webp).picture()).hasMessageContaining("image/webp");
  }

  private static int near(int value, int by) {
    return (value & 0xff) + by;
  }

  private static void assertFails(byte[] bytes, FailureCode code) {
    assertThat(failure(Content.of(bytes)).code()).isEqualTo(code);
  }

  private static PredictionException failure(Content content) {
    try {
      content.picture();
    } catch (PredictionException e) {
      return e;
    }
    throw new AssertionError("a picture came out");
  }

  private static BufferedImage colours(int type) {
    BufferedImage image = new BufferedImage(64, 32, type);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(Color.RED);
    graphics.fillRect(0, 0, 32, 32);
    graphics.setColor(Color.BLUE);
    graphics.fillRect(32, 0, 32, 32);
    graphics.dispose();
    return image;
  }

  private static void assertColours(Picture picture, int tolerance) {
    assertThat(picture.width()).isEqualTo(64);
    assertThat(picture.height()).isEqualTo(32);
    int red = picture.rgb(8, 16);
    int blue = picture.rgb(56, 16);
    assertThat(red >> 16).isGreaterThan(255 - tolerance);
    assertThat(red & 0xff).isLessThan(tolerance);
    assertThat(blue & 0xff).isGreaterThan(255 - tolerance);
    assertThat(blue >> 16).isLessThan(tolerance);
  }

  private static byte[] encoded(BufferedImage image, String format) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    assertThat(ImageIO.write(image, format, out)).as(format).isTrue();
    return out.toByteArray();
  }

  /** A JPEG of four samples per pixel, with an Adobe marker unless the transform is negative. */
  private static byte[] fourSampleJpeg(int adobeTransform, int... samples) throws IOException {
    WritableRaster raster = Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, 16, 16, 4, null);
    for (int i = 0; i < 256; i++) {
      raster.setPixel(i % 16, i / 16, samples);
    }
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
      writer.setOutput(out);
      writer.write(null, new IIOImage(raster, null, null), null);
    }
    writer.dispose();
    byte[] jpeg = bytes.toByteArray();
    if (adobeTransform < 0) {
      return jpeg;
    }
    ByteBuffer marked = ByteBuffer.allocate(jpeg.length + 16);
    marked.put(jpeg, 0, 2).putShort((short) 0xffee).putShort((short) 14);
    marked.put("Adobe".getBytes(StandardCharsets.US_ASCII));
    marked.putShort((short) 100).putShort((short) 0).putShort((short) 0);
    marked.put((byte) adobeTransform).put(jpeg, 2, jpeg.length - 2);
    return marked.array();
  }

  private static byte[] tinyPngClaiming(int width, int height) {
    ByteBuffer png = ByteBuffer.allocate(74);
    png.putLong(0x89504e470d0a1a0aL);
    ByteBuffer header = ByteBuffer.allocate(13).putInt(width).putInt(height).put((byte) 8);
    chunk(png, "IHDR", header.array());
    chunk(png, "IDAT", new byte[17]);
    chunk(png, "IEND", new byte[0]);
    return png.array();
  }

  private static void chunk(ByteBuffer png, String type, byte[] data) {
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    CRC32 sum = new CRC32();
    sum.update(name);
    sum.update(data);
    png.putInt(data.length).put(name).put(data).putInt((int) sum.getValue());
  }
}
