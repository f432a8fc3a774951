package io.fanfold.worker.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.fanfold.schemas.Box;
import io.fanfold.worker.predict.ModerationModel.Region;
import io.fanfold.worker.predict.Quad.Corner;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rules around the models, without any model. */
final class PredictionRulesTest {

  @Test
  void ssd_has_1917_anchors() {
    assertThat(SsdBoxes.ANCHORS).hasSize(1917);
  }

  @ParameterizedTest
  @CsvSource({
    // index, x, y, width, height
    "0, 0.0263158, 0.0263158, 0.1, 0.1",
    "1, 0.0263158, 0.0263158, 0.2828427, 0.1414214",
    "2, 0.0263158, 0.0263158, 0.1414214, 0.2828427",
    "3, 0.0789474, 0.0263158, 0.1, 0.1",
    "1083, 0.05, 0.05, 0.35, 0.35",
    "1088, 0.05, 0.05, 0.4183300, 0.4183300",
    "1911, 0.5, 0.5, 0.95, 0.95",
    "1916, 0.5, 0.5, 0.9746794, 0.9746794",
  })
  void ssd_anchors_are_where_the_training_put_them(
      int index, float x, float y, float width, float height) {
    SsdBoxes.Anchor anchor = SsdBoxes.ANCHORS.get(index);

    assertThat(anchor.x()).isCloseTo(x, within(1e-6f));
    assertThat(anchor.y()).isCloseTo(y, within(1e-6f));
    assertThat(anchor.width()).isCloseTo(width, within(1e-6f));
    assertThat(anchor.height()).isCloseTo(height, within(1e-6f));
  }

  @Test
  void ssd_boxes_are_told_relative_to_their_anchor() {
    float[] boxes = new float[1917 * 4];
    float[] logits = new float[1917 * 3];
    Arrays.fill(logits, -10);
    int last = 1911;
    logits[last * 3] = 10;
    logits[last * 3 + 2] = 2;
    boxes[last * 4] = 1;
    boxes[last * 4 + 1] = -1;
    boxes[last * 4 + 2] = (float) (5 * Math.log(0.5));

    List<Detection> found = SsdBoxes.decode(boxes, logits, 3, 0.5f);

    assertThat(found).hasSize(1);
    Detection box = found.get(0);
    assertThat(box.label()).as("never the background").isEqualTo(2);
    assertThat(box.score()).isCloseTo(0.880797f, within(1e-5f));
    assertThat((box.yMin() + box.yMax()) / 2).isCloseTo(0.5f + 0.095f, within(1e-5f));
    assertThat((box.xMin() + box.xMax()) / 2).isCloseTo(0.5f - 0.095f, within(1e-5f));
    assertThat(box.yMax() - box.yMin()).isCloseTo(0.475f, within(1e-5f));
    assertThat(box.xMax() - box.xMin()).isCloseTo(0.95f, within(1e-5f));
  }

  @ParameterizedTest
  @CsvSource({
    // map, anchors per cell, index, x, y
    "16, 2, 0, 0.03125, 0.03125",
    "16, 2, 1, 0.03125, 0.03125",
    "16, 2, 2, 0.09375, 0.03125",
    "16, 2, 511, 0.96875, 0.96875",
    "8, 6, 47, 0.9375, 0.0625",
    "8, 6, 48, 0.0625, 0.1875",
  })
  void face_boxes_are_told_from_the_middle_of_their_cell(
      int map, int perCell, int index, float x, float y) {
    int anchors = map * map * perCell;
    float[] logits = new float[anchors];
    Arrays.fill(logits, -100);
    logits[index] = 100;
    float[] numbers = new float[anchors * 16];
    numbers[index * 16 + 2] = 64;
    numbers[index * 16 + 3] = 32;
    numbers[index * 16 + 4] = 12.8f;

    List<Detection> found = BlazeFaceBoxes.decode(map, perCell, logits, numbers, 0.8f);

    assertThat(found).hasSize(1);
    Detection face = found.get(0);
    assertThat(face.xMin()).isCloseTo(x - 0.125f, within(1e-6f));
    assertThat(face.yMax()).isCloseTo(y + 0.0625f, within(1e-6f));
    assertThat(face.keypoints()).hasSize(6);
    assertThat(face.keypoints().get(0).x()).isCloseTo(x + 0.05f, within(1e-6f));
    assertThat(face.keypoints().get(0).y()).isCloseTo(y, within(1e-6f));
  }

  @ParameterizedTest
  @CsvSource({
    // a second box moved right by, its label, survivors
    "0.00, 1, 1",
    "0.30, 1, 1",
    "0.34, 1, 2",
    "1.00, 1, 2",
    "0.00, 2, 2",
  })
  void of_overlapping_boxes_of_one_label_the_best_survives(float moved, int label, int survivors) {
    Detection best = detection(1, 0.9f, 0, 0, 1, 1);
    Detection other = detection(label, 0.8f, moved, 0, 1 + moved, 1);

    List<Detection> kept = Suppression.best(List.of(other, best), 0.5f, 10);

    assertThat(kept).hasSize(survivors).first().isEqualTo(best);
  }

  @Test
  void suppression_stops_at_the_limit_with_the_best() {
    List<Detection> many = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      many.add(detection(i, i / 20f, 0, 0, 1, 1));
    }

    assertThat(Suppression.best(many, 0.5f, 3))
        .extracting(Detection::label)
        .containsExactly(19, 18, 17);
  }

  @ParameterizedTest
  @CsvSource({
    "-0.5, -0.5, 0.5, 0.5",
    "0.5, 0.5, 1.5, 1.5",
    "1.2, 1.2, 1.5, 1.5",
    "-2, -2, -1, -1",
    "0.5, 0.5, 0.5, 0.5",
    "1, 1, 1, 1",
  })
  void boxes_stay_in_the_picture_and_are_never_empty(
      float xMin, float yMin, float xMax, float yMax) {
    Box box = Detection.box(xMin, yMin, xMax, yMax);

    assertThat(box.getXMin()).isBetween(0f, 1f).isLessThan(box.getXMax());
    assertThat(box.getYMin()).isBetween(0f, 1f).isLessThan(box.getYMax());
    assertThat(box.getXMax()).isLessThanOrEqualTo(1);
    assertThat(box.getYMax()).isLessThanOrEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    // picture, where it is in the square, a point in the square and in the picture
    "512, 512, 0, 0, 256, 256, 0.25, 0.25, 0.25, 0.25",
    "768, 432, 0, 56, 256, 144, 0.5, 0.5, 0.5, 0.5",
    "768, 432, 0, 56, 256, 144, 0, 0.21875, 0, 0",
    "768, 432, 0, 56, 256, 144, 1, 0.78125, 1, 1",
    "300, 600, 64, 0, 128, 256, 0.25, 0, 0, 0",
    "10000, 1, 0, 127, 256, 1, 0.5, 0.498046875, 0.5, 0.5",
  })
  void letterbox_maps_points_back(
      int width,
      int height,
      int left,
      int top,
      int innerWidth,
      int innerHeight,
      float x,
      float y,
      float pictureX,
      float pictureY) {
    Letterbox letterbox = Letterbox.of(width, height, 256);

    assertThat(letterbox).isEqualTo(new Letterbox(256, left, top, innerWidth, innerHeight));
    assertThat(letterbox.x(x)).isCloseTo(pictureX, within(1e-5f));
    assertThat(letterbox.y(y)).isCloseTo(pictureY, within(1e-5f));
  }

  @ParameterizedTest
  @CsvSource({
    // best class per step: - is the blank
    "-----, ''",
    "aab, ab",
    "a-ab, aab",
    "-a-b-, ab",
    "bbbb, b",
    "a_b, a b",
  })
  void ctc_drops_repeats_and_blanks(String steps, String text) {
    CtcDecoder decoder = new CtcDecoder(List.of("a", "b", " "));
    float[] probabilities = new float[steps.length() * 4];
    for (int i = 0; i < steps.length(); i++) {
      probabilities[i * 4 + "-ab_".indexOf(steps.charAt(i))] = 0.75f;
    }

    CtcDecoder.Reading reading = decoder.decode(probabilities);

    assertThat(reading.text()).isEqualTo(text);
    assertThat(reading.confidence()).isEqualTo(text.isEmpty() ? 0 : 0.75f);
  }

  @Test
  void ctc_refuses_a_model_with_another_alphabet() {
    assertThatThrownBy(() -> new CtcDecoder(List.of("a")).decode(new float[3]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void components_connect_over_corners() {
    float[] map = map("#..#", ".#..", "...#", "#..#");

    List<Components.Component> found = Components.find(map, 4, 4, 0.5f);

    assertThat(found).extracting(c -> c.cells().length).containsExactly(2, 1, 2, 1);
    assertThat(found.get(0).cells()).containsExactly(0, 5);
    assertThat(found).allSatisfy(c -> assertThat(c.mean()).isEqualTo(1));
  }

  @Test
  void components_do_not_wrap_around_the_edge() {
    assertThat(Components.find(map("..#", "#.."), 3, 2, 0.5f)).hasSize(2);
  }

  @Test
  void the_smallest_rectangle_around_a_slanted_line_is_slanted() {
    List<Corner> points =
        List.of(
            new Corner(0, 10),
            new Corner(10, 0),
            new Corner(12, 2),
            new Corner(2, 12),
            new Corner(6, 6));

    Quad quad = Quad.around(points);

    assertThat(quad.width() * quad.height()).isCloseTo(40, within(1e-9));
    assertThat(quad.corners())
        .allSatisfy(c -> assertThat(points).anyMatch(p -> p.distance(c) < 1e-9));
  }

  @Test
  void growing_moves_every_side_out() {
    Quad quad = Quad.around(rectangle(10, 20, 30, 24)).grown(2);

    assertThat(quad.left()).isCloseTo(8, within(1e-9));
    assertThat(quad.top()).isCloseTo(18, within(1e-9));
    assertThat(quad.right()).isCloseTo(32, within(1e-9));
    assertThat(quad.bottom()).isCloseTo(26, within(1e-9));
  }

  @Test
  void a_single_point_is_a_rectangle_too() {
    Quad quad = Quad.around(List.of(new Corner(3, 4)));

    assertThat(quad.width()).isZero();
    assertThat(quad.grown(1).corners()).allSatisfy(c -> assertThat(c.x()).isFinite());
  }

  @Test
  void text_is_read_row_by_row_from_the_left() {
    Quad topLeft = Quad.around(rectangle(0, 1, 10, 11));
    Quad topRight = Quad.around(rectangle(20, 0, 30, 10));
    Quad bottom = Quad.around(rectangle(5, 20, 25, 30));

    assertThat(TextRegions.inReadingOrder(List.of(bottom, topRight, topLeft)))
        .containsExactly(topLeft, topRight, bottom);
  }

  @Test
  void specks_and_faint_places_are_no_text() {
    float[] map = new float[40 * 20];
    fill(map, 2, 2, 4, 4, 1);
    fill(map, 10, 2, 30, 8, 0.4f);
    fill(map, 10, 12, 30, 17, 0.9f);

    List<Quad> regions = TextRegions.find(map, 40, 20);

    assertThat(regions).hasSize(1);
    // 20 x 5 grows by 100 * 1.6 / 50 a side.
    assertThat(regions.get(0).left()).isCloseTo(10 - 3.2, within(1e-6));
    assertThat(regions.get(0).bottom()).isCloseTo(17 + 3.2, within(1e-6));
  }

  @Test
  void vectors_of_zeros_have_no_direction() {
    assertThat(Vectors.normalized(new float[3])).containsExactly(0, 0, 0);
    assertThat(Vectors.normalized(new float[] {3, 4})).containsExactly(0.6f, 0.8f);
    assertThat(Vectors.cosine(new float[] {0.6f, 0.8f}, new float[] {0.6f, 0.8f}))
        .isCloseTo(1, within(1e-6f));
  }

  @ParameterizedTest
  @CsvSource({"100, 100, 6", "600, 400, 9", "400, 600, 9"})
  void crops_differ_and_stay_inside(int width, int height, int count) {
    List<Region> regions = Crops.of(width, height);

    assertThat(regions).hasSize(count).doesNotHaveDuplicates().first().isEqualTo(Region.WHOLE);
    assertThat(regions)
        .allSatisfy(
            r -> {
              assertThat(r.xMin()).isBetween(0f, r.xMax());
              assertThat(r.yMin()).isBetween(0f, r.yMax());
              assertThat(r.xMax()).isLessThanOrEqualTo(1.00001f);
              assertThat(r.yMax()).isLessThanOrEqualTo(1.00001f);
            });
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "7, 3", "16, 16", "64, 5", "200, 300"})
  void stretching_keeps_one_colour_as_it_is(int width, int height) {
    int[] rgb = new int[16 * 16];
    Arrays.fill(rgb, 0x4080c0);

    float[] stretched = new Picture(rgb, 16, 16, 16, 16).stretched(width, height);

    assertThat(stretched).hasSize(width * height * 3);
    for (int i = 0; i < stretched.length; i += 3) {
      assertThat(stretched[i]).isCloseTo(0x40, within(0.01f));
      assertThat(stretched[i + 1]).isCloseTo(0x80, within(0.01f));
      assertThat(stretched[i + 2]).isCloseTo(0xc0, within(0.01f));
    }
  }

  @Test
  void stretching_to_the_same_size_changes_nothing() {
    int[] rgb = {0x000000, 0xff0000, 0x00ff00, 0x0000ff};

    assertThat(new Picture(rgb, 2, 2, 2, 2).stretched(2, 2))
        .containsExactly(0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255);
  }

  @Test
  void shrinking_looks_at_every_pixel() {
    int[] rgb = new int[100 * 100];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (i % 100 + i / 100) % 2 == 0 ? 0xffffff : 0;
    }

    float[] small = new Picture(rgb, 100, 100, 100, 100).stretched(10, 10);

    for (float value : small) {
      assertThat(value).isCloseTo(127.5f, within(6f));
    }
  }

  private static Detection detection(
      int label, float score, float xMin, float yMin, float xMax, float yMax) {
    return new Detection(label, score, xMin, yMin, xMax, yMax, List.of());
  }

  private static List<Corner> rectangle(double left, double top, double right, double bottom) {
    return List.of(
        new Corner(left, top),
        new Corner(right, top),
        new Corner(right, bottom),
        new Corner(left, bottom));
  }

  private static float[] map(String... rows) {
    String all = String.join("", rows);
    float[] map = new float[all.length()];
    for (int i = 0; i < map.length; i++) {
      map[i] = all.charAt(i) == '#' ? 1 : 0;
    }
    return map;
  }

  private static void fill(float[] map, int left, int top, int right, int bottom, float value) {
    for (int y = top; y < bottom; y++) {
      Arrays.fill(map, y * 40 + left, y * 40 + right, value);
    }
  }
}
