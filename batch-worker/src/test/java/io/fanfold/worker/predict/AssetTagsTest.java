package io.fanfold.worker.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.fanfold.schemas.Asset;
import io.fanfold.schemas.FailureCode;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which asset a line of text is the tag of. */
final class AssetTagsTest {

  private final AssetTags tags = new AssetTags(() -> true);

  @ParameterizedTest
  @CsvSource({
    // the asset's name, the line, found exactly, found in part
    "21-PT-1019, 21-PT-1019, true, true",
    "21-PT-1019, 21-pt-1019, true, true",
    "21-PT-1019, 21 PT 1019, true, true",
    "21-PT-1019, '  21PT1019 ', true, true",
    "21-PT-1019, 21\u2013PT\u20111019, true, true",
    "21-PT-1019, 21\u2212PT\u22121019, true, true",
    "21-PT-1019, \uff12\uff11-PT-1019, true, true",
    "21-PT-1019, 2-1PT-1019, true, true",
    "21-PT-1019, PT-1019, false, true",
    "21-PT-1019, pt 1019, false, true",
    "21-PT-1019, 21-PT, false, true",
    "21-PT-1019, PT, false, false",
    "21-PT-1019, 1019, false, false",
    "21-PT-1019, 21, false, false",
    "21-PT-1019, 21-PT-1018, false, false",
    "21-PT-1019, 21-PT-10190, false, false",
    "21-PT-1019, 21_PT_1019, false, false",
    "21-PT-1019, see 21-PT-1019, false, false",
    "PUMP-101, PUMP 101, true, true",
    "PUMP-101, 101, false, false",
    "P101, p-101, true, true",
    "-, -, false, false",
    "-, '', false, false",
  })
  void a_line_is_a_tag(String name, String line, boolean exact, boolean inPart) throws Exception {
    tags.put(asset(1, name));

    assertThat(!find(line, false).isEmpty()).as("exactly").isEqualTo(exact);
    assertThat(!find(line, true).isEmpty()).as("in part").isEqualTo(inPart);
  }

  @Test
  void aliases_are_tags_as_well() throws Exception {
    tags.put(asset(1, "21-PT-1019", "Main inlet", "A-B-C"));

    assertThat(find("MAIN INLET", false)).containsExactly(new AssetTags.Match(1, false));
    assertThat(find("B C", true)).containsExactly(new AssetTags.Match(1, true));
  }

  @Test
  void assets_that_share_a_tag_are_all_found_but_none_by_a_part_of_it() throws Exception {
    tags.put(asset(2, "21-PT-1019"));
    tags.put(asset(1, "21 PT 1019"));

    assertThat(find("21-PT-1019", true))
        .containsExactly(new AssetTags.Match(1, false), new AssetTags.Match(2, false));
    assertThat(find("PT-1019", true)).as("ambiguous").isEmpty();
  }

  @Test
  void a_whole_tag_goes_before_a_part_of_another() throws Exception {
    tags.put(asset(1, "21-PT-1019"));
    tags.put(asset(2, "PT-1019"));

    assertThat(find("PT-1019", true)).containsExactly(new AssetTags.Match(2, false));
  }

  @Test
  void only_assets_at_or_below_the_roots_are_found() throws Exception {
    tags.put(below(asset(3, "C"), 2));
    tags.put(below(asset(2, "B"), 1));
    tags.put(asset(1, "A"));
    tags.put(asset(4, "D"));

    assertThat(find("C", Set.of(1L))).containsExactly(new AssetTags.Match(3, false));
    assertThat(find("A", Set.of(1L))).as("the root itself").hasSize(1);
    assertThat(find("A", Set.of(2L))).isEmpty();
    assertThat(find("D", Set.of(1L, 2L))).isEmpty();
    assertThat(find("D", Set.of(1L, 4L))).hasSize(1);
  }

  @Test
  void roots_make_a_part_unambiguous() throws Exception {
    tags.put(below(asset(3, "21-PT-1019"), 1));
    tags.put(below(asset(4, "22-PT-1019"), 2));

    assertThat(find("PT-1019", true)).isEmpty();
    assertThat(tags.find("plant", "PT-1019", true, Set.of(2L)))
        .containsExactly(new AssetTags.Match(4, true));
  }

  @Test
  void parents_in_a_circle_end_somewhere() throws Exception {
    tags.put(below(asset(1, "A"), 2));
    tags.put(below(asset(2, "B"), 1));

    assertThat(find("A", Set.of(3L))).isEmpty();
    assertThat(find("A", Set.of(2L))).hasSize(1);
  }

  @Test
  void a_changed_asset_is_found_by_what_it_is_now() throws Exception {
    tags.put(asset(1, "21-PT-1019"));
    tags.put(asset(1, "21-PT-2000"));

    assertThat(find("21-PT-1019", false)).isEmpty();
    assertThat(find("PT-1019", true)).isEmpty();
    assertThat(find("21-PT-2000", false)).hasSize(1);

    tags.remove("plant", 1);
    assertThat(find("21-PT-2000", false)).isEmpty();
  }

  @Test
  void another_projects_assets_are_not_found() throws Exception {
    tags.put(asset(1, "A"));

    assertThat(tags.find("yard", "A", false, Set.of())).isEmpty();
  }

  @Test
  void nothing_is_said_before_all_assets_are_read() {
    var reading = new AssetTags(() -> false);

    PredictionException failure =
        catchThrowableOfType(
            PredictionException.class, () -> reading.find("plant", "A", false, Set.of()));

    assertThat(failure.code()).isEqualTo(FailureCode.MODEL_UNAVAILABLE);
    assertThat(failure.isTransient()).isTrue();
  }

  private List<AssetTags.Match> find(String line, boolean partial) throws PredictionException {
    return tags.find("plant", line, partial, Set.of());
  }

  private List<AssetTags.Match> find(String line, Set<Long> roots) throws PredictionException {
    return tags.find("plant", line, false, roots);
  }

  private static Asset asset(long id, String name, String... aliases) {
    return Asset.newBuilder()
        .setProject("plant")
        .setId(id)
        .setName(name)
        .setAliases(List.of(aliases))
        .build();
  }

  private static Asset below(Asset asset, long parent) {
    asset.setParentId(parent);
    return asset;
  }
}
