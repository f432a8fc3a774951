package io.fanfold.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.fanfold.kit.Problem.FieldError;
import io.fanfold.kit.WebhookRules;
import io.fanfold.schemas.Feature;
import io.fanfold.schemas.FeatureOffer;
import io.fanfold.schemas.Item;
import io.fanfold.schemas.JobSubmission;
import io.fanfold.schemas.Manifest;
import io.fanfold.schemas.ManifestFormat;
import io.fanfold.schemas.Webhook;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SubmissionRulesTest {

  private static final String LONE_SURROGATE = "\ud800";
  private static final String SECRET = secret(24);

  private final SubmissionRules rules = Samples.rules();

  private static Consumer<JobSubmission.Builder> manifest(String uri) {
    return s -> s.setItems(List.of()).setManifest(new Manifest(uri, ManifestFormat.AUTO));
  }

  static Stream<Arguments> good() {
    return Stream.of(
        good("as little as can be", s -> {}),
        good("the most items", s -> s.setItems(Samples.items(Samples.MAX_ITEMS))),
        good("a file", uri("file:///data/a.jpg")),
        good("an object in S3", uri("s3://bucket/a.jpg")),
        good("a manifest", manifest("https://a.example/m.jsonl")),
        good("a manifest in S3", manifest("s3://bucket/m.jsonl")),
        good("an output directory", s -> s.setOutputUri("file:///data/out")),
        good("an output prefix", s -> s.setOutputUri("s3://bucket/out/")),
        good("a submission id", s -> s.setSubmissionId("a/b:\"~" + "x".repeat(58))),
        good("an upper-case scheme", uri("HTTPS://A.EXAMPLE/")),
        good("the longest URI", uri(length("http://a/", 2_048))),
        good("the longest data URI", uri(length("data:,", 128 * 1024))),
        good("a URI outside ASCII", uri("http://a.example/\u4e2d\uD83D\uDE00")),
        good("the longest custom id of an item", item(i -> i.setCustomId("x".repeat(256)))),
        good("a media type", item(i -> i.setMediaType("image/jpeg"))),
        good("the most features", s -> s.setFeatures(features(10))),
        good("the smallest batch", s -> s.setBatchSize(1)),
        good("the largest batch", s -> s.setBatchSize(1_000)),
        good("the longest texts", s -> texts(s, "x".repeat(256))),
        good("right-to-left texts", s -> texts(s, "\u202e\u05d0\u0627")),
        good("the lowest priority", s -> s.setPriority(-100)),
        good("the highest priority", s -> s.setPriority(100)),
        good("the shortest life", s -> s.setTtlSeconds(1L)),
        good("the longest life", s -> s.setTtlSeconds(316_224_000L)),
        good("the earliest deadline", s -> s.setDeadline(Instant.EPOCH)),
        good("the last deadline", s -> s.setDeadline(Instant.parse("9999-12-31T23:59:59.999Z"))),
        good("the most metadata", s -> s.setMetadata(metadata(50))),
        good("the longest key", s -> s.setMetadata(Map.of("k".repeat(64), ""))),
        good("the longest value", s -> s.setMetadata(Map.of("k", "v".repeat(512)))),
        good("lines in metadata", s -> s.setMetadata(Map.of("k", "a\nb\tc"))),
        good("the largest parameters", parameters(Map.of("p", "x".repeat(256 * 1024 - 1)))),
        good("a webhook with a secret", webhook("https://a.example/hook", SECRET, null)),
        good("an ed25519 key", webhook("https://a.example/hook", "whsk_" + base64(32), null)),
        good("headers", hook(w -> w.setHeaders(Map.of("X-Team", "blue", "Authorization", "b c")))),
        good("the most progress", hook(w -> w.setProgressSteps(100).setOrdered(true))),
        good(
            "the format of a dialect",
            hook(w -> w.setFormat("deepva").setSecret("any").setBodyPath("/api/v1/jobs/7/"))),
        good(
            "a dialect without a secret",
            hook(
                w ->
                    w.setFormat("imageintelligence")
                        .setSecret(null)
                        .setBodyPath("/v2/match/7?a=b"))),
        good("the longest secret", webhook("https://a.example:8443/hook", secret(64), null)),
        good("a webhook with a named secret", webhook("https://a.example/hook", null, "main")),
        good("every event", events(WebhookRules.JOB_EVENTS.toArray(String[]::new))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("good")
  void what_keeps_the_rules_has_no_errors(String name, JobSubmission submission) {
    assertThat(rules.check(submission)).as(name).isEmpty();
  }

  static Stream<Arguments> bad() {
    return Stream.of(
        bad("project", "no project", s -> s.setProject("")),
        bad("project", "a project that is a path", s -> s.setProject("../a")),
        bad("project", "a project outside ASCII", s -> s.setProject("\u0430")),
        bad("project", "a long project", s -> s.setProject("a".repeat(65))),
        bad("items", "no items", s -> s.setItems(List.of())),
        bad("items", "too many items", s -> s.setItems(Samples.items(Samples.MAX_ITEMS + 1))),
        bad("items[0].uri", "no URI", uri("")),
        bad("items[0].uri", "no scheme", uri("/etc/passwd")),
        bad("items[0].uri", "a relative path", uri("a.jpg")),
        bad("items[0].uri", "an unknown scheme", uri("ftp://a/b")),
        bad("items[0].uri", "a gopher", uri("gopher://a/b")),
        bad("items[0].uri", "a jar", uri("jar:file:///a.jar!/b")),
        bad("items[0].uri", "a script", uri("javascript:alert(1)")),
        bad("items[0].uri", "a space first", uri(" http://a/")),
        bad("items[0].uri", "a scheme of homoglyphs", uri("h\u0442tp://a/")),
        bad("items[0].uri", "a Turkish file", uri("f\u0131le:///a")),
        bad("items[0].uri", "a colon alone", uri(":")),
        bad("items[0].uri", "a line feed in the scheme", uri("http\n://a/")),
        bad("items[0].uri", "a line feed", uri("http://a/\nb")),
        bad("items[0].uri", "a null character", uri("file:///a.jpg\0.png")),
        bad("items[0].uri", "a lone surrogate", uri("http://a/" + LONE_SURROGATE)),
        bad("items[0].uri", "a C1 control", uri("http://a/\u0085")),
        bad("items[0].uri", "a long URI", uri(length("http://a/", 2_049))),
        bad("items[0].uri", "a long data URI", uri(length("data:,", 128 * 1024 + 1))),
        bad("items[0].uri", "a very long word", uri("x".repeat(5_000_000))),
        bad("items[0].customId", "an empty custom id", item(i -> i.setCustomId(""))),
        bad("items[0].customId", "a long custom id", item(i -> i.setCustomId("x".repeat(10_000)))),
        bad("items[0].customId", "an escape sequence", item(i -> i.setCustomId("\u001b[31m"))),
        bad("items[0].mediaType", "a header in a header", item(i -> i.setMediaType("a\r\nb: c"))),
        bad("items[2].uri", "a bad third item", s -> s.setItems(items("http://a", "data:,", "x"))),
        bad("features", "no features", s -> s.setFeatures(List.of())),
        bad("features", "too many features", s -> s.setFeatures(features(11))),
        bad("features[0].name", "a feature without a name", feature("")),
        bad("features[0].name", "a long feature", feature("x".repeat(257))),
        bad("features[0].name", "a feature with a line feed", feature("a\nb")),
        bad(
            "features[1].name",
            "a feature twice",
            s -> s.setFeatures(List.of(new Feature("a", Map.of()), new Feature("a", Map.of())))),
        bad("features", "a large parameter", parameters(Map.of("p", "x".repeat(256 * 1024)))),
        bad(
            "features",
            "a large list of strings",
            parameters(Map.of("p", List.of("x".repeat(200_000), "x".repeat(100_000))))),
        bad("features", "a large name of a parameter", parameters(Map.of("x".repeat(300_000), 1L))),
        bad("features", "very many parameters", parameters(many(300_000))),
        bad("batchSize", "an empty batch", s -> s.setBatchSize(0)),
        bad("batchSize", "a negative batch", s -> s.setBatchSize(-1)),
        bad("batchSize", "a batch too large", s -> s.setBatchSize(1_001)),
        bad("batchSize", "the largest number", s -> s.setBatchSize(Integer.MAX_VALUE)),
        bad("name", "an empty name", s -> s.setName("")),
        bad("name", "a long name", s -> s.setName("x".repeat(257))),
        bad("customId", "a null character", s -> s.setCustomId("a\0b")),
        bad("feedId", "a delete", s -> s.setFeedId("a\u007f")),
        bad("tag", "a lone surrogate", s -> s.setTag("a" + LONE_SURROGATE)),
        bad("metadata", "too much metadata", s -> s.setMetadata(metadata(51))),
        bad("metadata", "an empty key", s -> s.setMetadata(Map.of("", "v"))),
        bad("metadata", "a long key", s -> s.setMetadata(Map.of("k".repeat(65), "v"))),
        bad("metadata", "a key with a line feed", s -> s.setMetadata(Map.of("a\nb", "v"))),
        bad("metadata.k", "a long value", s -> s.setMetadata(Map.of("k", "v".repeat(513)))),
        bad("metadata.k", "a null character", s -> s.setMetadata(Map.of("k", "\0"))),
        bad("metadata.k", "a lone surrogate", s -> s.setMetadata(Map.of("k", LONE_SURROGATE))),
        bad("priority", "a priority too low", s -> s.setPriority(-101)),
        bad("priority", "a priority too high", s -> s.setPriority(101)),
        bad("priority", "the lowest number", s -> s.setPriority(Integer.MIN_VALUE)),
        bad("ttlSeconds", "no life", s -> s.setTtlSeconds(0L)),
        bad("ttlSeconds", "a negative life", s -> s.setTtlSeconds(-1L)),
        bad("ttlSeconds", "a life too long", s -> s.setTtlSeconds(316_224_001L)),
        bad("ttlSeconds", "the largest number", s -> s.setTtlSeconds(Long.MAX_VALUE)),
        bad("deadline", "before all time", s -> s.setDeadline(Instant.MIN)),
        bad("deadline", "after all time", s -> s.setDeadline(Instant.MAX)),
        bad("deadline", "before 1970", s -> s.setDeadline(Instant.EPOCH.minusMillis(1))),
        bad(
            "deadline",
            "the year 10000",
            s -> s.setDeadline(Instant.parse("+10000-01-01T00:00:00Z"))),
        bad("webhook.url", "no URL", webhook("", SECRET, null)),
        bad("webhook.url", "plain http", webhook("http://a.example/", SECRET, null)),
        bad("webhook.url", "loopback", webhook("https://127.0.0.1/", SECRET, null)),
        bad("webhook.url", "a port", webhook("https://a.example:22/", SECRET, null)),
        bad("webhook.url", "a password", webhook("https://a:b@a.example/", SECRET, null)),
        bad("webhook.secret", "no secret", webhook("https://a.example/", null, null)),
        bad("webhook.secret", "two secrets", webhook("https://a.example/", SECRET, "main")),
        bad("webhook.secret", "no prefix", webhook("https://a.example/", "c2VjcmV0", null)),
        bad("webhook.secret", "a short secret", webhook("https://a.example/", secret(23), null)),
        bad("webhook.secret", "a long secret", webhook("https://a.example/", secret(65), null)),
        bad("webhook.secret", "no base64", webhook("https://a.example/", "whsec_%%%%", null)),
        bad(
            "webhook.secret",
            "a short ed25519 key",
            webhook("https://a.example/", "whsk_" + base64(31), null)),
        bad("webhook.progressSteps", "no steps", hook(w -> w.setProgressSteps(0))),
        bad("webhook.progressSteps", "too many steps", hook(w -> w.setProgressSteps(101))),
        bad("webhook.headers.Host", "host", hook(w -> w.setHeaders(Map.of("Host", "a")))),
        bad(
            "webhook.headers.Webhook-Id",
            "our own header",
            hook(w -> w.setHeaders(Map.of("Webhook-Id", "a")))),
        bad(
            "webhook.headers.Content-Length",
            "a header that frames",
            hook(w -> w.setHeaders(Map.of("Content-Length", "1")))),
        bad(
            "webhook.headers.A",
            "a header in a header",
            hook(w -> w.setHeaders(Map.of("A", "b\r\nC: d")))),
        bad("webhook.headers.a b", "no name", hook(w -> w.setHeaders(Map.of("a b", "c")))),
        bad("webhook.format", "an unknown format", hook(w -> w.setFormat("xml"))),
        bad("webhook.bodyPath", "a path without need", hook(w -> w.setBodyPath("/v1/jobs/7"))),
        bad("webhook.bodyPath", "no path", hook(w -> w.setFormat("deepva"))),
        bad(
            "webhook.bodyPath",
            "another host",
            hook(w -> w.setFormat("deepva").setBodyPath("//b.example/"))),
        bad("webhook.secretRef", "an empty name", webhook("https://a.example/", null, "")),
        bad("webhook.secretRef", "a line feed", webhook("https://a.example/", null, "a\nb")),
        bad("webhook.events[0]", "an unknown event", events("job.done")),
        bad("webhook.events[1]", "upper case", events("job.failed", "JOB.COMPLETED")),
        bad(
            "webhook.events",
            "an unknown event behind many",
            events(
                Stream.concat(
                        IntStream.range(0, 20).mapToObj(i -> "job.failed"), Stream.of("job.done"))
                    .toArray(String[]::new))));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("bad")
  void what_breaks_a_rule_is_named(String field, String name, JobSubmission submission) {
    List<FieldError> errors = rules.check(submission);

    assertThat(errors).as(name).extracting(FieldError::field).containsOnly(field);
    assertThat(errors)
        .extracting(FieldError::message)
        .allSatisfy(
            message ->
                assertThat(message).isNotBlank().hasSizeLessThan(300).doesNotContain("null"));
  }

  @Test
  void everything_wrong_is_named_at_once() {
    JobSubmission submission =
        texts(Samples.submission().setProject("").setBatchSize(0).setPriority(500), "")
            .setItems(items("x", "http://a/", ""))
            .build();

    assertThat(rules.check(submission))
        .extracting(FieldError::field)
        .containsExactly(
            "project",
            "items[0].uri",
            "items[2].uri",
            "batchSize",
            "name",
            "customId",
            "feedId",
            "tag",
            "priority");
  }

  @Test
  void a_job_of_bad_items_only_names_some_of_them() {
    String[] uris = new String[Samples.MAX_ITEMS];
    java.util.Arrays.fill(uris, "x");

    assertThat(rules.check(Samples.submission().setItems(items(uris)).build()))
        .hasSizeBetween(20, 25);
  }

  @Test
  void the_secret_is_not_repeated() {
    var submission = Samples.submission();
    webhook("https://a.example/", "whsec_hunter2", "hunter2").accept(submission);

    assertThat(rules.check(submission.build()).toString()).doesNotContain("hunter2");
  }

  static Stream<Arguments> offered() {
    return Stream.of(
        Arguments.of("TextDetection", Map.of(), null),
        Arguments.of("TextDetection", Map.of("threshold", 0.5), null),
        Arguments.of("TextDetection", Map.of("threshold", 1L), null),
        Arguments.of("TextDetection", Map.of("threshold", 0L, "lines", 9L), null),
        Arguments.of("TextDetection", Map.of("upright", true, "language", ""), null),
        Arguments.of("TextDetection", Map.of("words", List.of("a", "b")), null),
        Arguments.of("TargetMatch", Map.of("targets", List.of("data:,")), null),
        Arguments.of("textdetection", Map.of(), "name"),
        Arguments.of("Nothing", Map.of("threshold", 0.5), "name"),
        Arguments.of("TextDetection", Map.of("treshold", 0.5), "parameters.treshold"),
        Arguments.of("TextDetection", Map.of("threshold", "0.5"), "parameters.threshold"),
        Arguments.of("TextDetection", Map.of("threshold", true), "parameters.threshold"),
        Arguments.of("TextDetection", Map.of("threshold", 1.01), "parameters.threshold"),
        Arguments.of("TextDetection", Map.of("threshold", -0.01), "parameters.threshold"),
        Arguments.of("TextDetection", Map.of("lines", 0L), "parameters.lines"),
        Arguments.of("TextDetection", Map.of("lines", 1.0), "parameters.lines"),
        Arguments.of("TextDetection", Map.of("lines", "1"), "parameters.lines"),
        Arguments.of("TextDetection", Map.of("upright", "true"), "parameters.upright"),
        Arguments.of("TextDetection", Map.of("upright", 1L), "parameters.upright"),
        Arguments.of("TextDetection", Map.of("language", 1L), "parameters.language"),
        Arguments.of("TextDetection", Map.of("language", List.of("a")), "parameters.language"),
        Arguments.of("TextDetection", Map.of("words", "a"), "parameters.words"),
        Arguments.of("TextDetection", Map.of("words", List.of("a", "b", "c")), "parameters.words"),
        Arguments.of("TargetMatch", Map.of(), "parameters.targets"),
        Arguments.of("TargetMatch", Map.of("targets", 1L), "parameters.targets"));
  }

  @ParameterizedTest(name = "{0} {1}: {2}")
  @MethodSource("offered")
  void parameters_fit_what_is_offered(String feature, Map<String, Object> parameters, String at) {
    JobSubmission submission =
        Samples.submission().setFeatures(List.of(new Feature(feature, parameters))).build();

    List<FieldError> errors = FeatureRules.checkOffered(submission, offers());

    assertThat(errors)
        .extracting(FieldError::field)
        .isEqualTo(at == null ? List.of() : List.of("features[0]." + at));
    assertThat(errors)
        .allSatisfy(error -> assertThat(error.message()).isNotBlank().doesNotContain("null"));
  }

  @Test
  void a_feature_nobody_offers_is_answered_with_those_there_are() {
    JobSubmission submission =
        Samples.submission().setFeatures(List.of(new Feature("Nothing", Map.of()))).build();

    assertThat(FeatureRules.checkOffered(submission, offers()))
        .extracting(FieldError::message)
        .containsExactly("is not offered; there are TargetMatch, TextDetection");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 23, 64})
  void secrets_of_any_length_in_between_are_good(long more) {
    var submission = Samples.submission();
    webhook("https://a.example/", secret((int) Math.max(24, more)), null).accept(submission);

    assertThat(rules.check(submission.build())).isEmpty();
  }

  private static Map<String, FeatureOffer> offers() {
    return new TreeMap<>(Map.of("TextDetection", Samples.TEXT, "TargetMatch", Samples.TARGETS));
  }

  private static Arguments good(String name, Consumer<JobSubmission.Builder> change) {
    return Arguments.of(name, changed(change));
  }

  private static Arguments bad(String at, String name, Consumer<JobSubmission.Builder> change) {
    return Arguments.of(at, name, changed(change));
  }

  private static JobSubmission changed(Consumer<JobSubmission.Builder> change) {
    JobSubmission.Builder submission = Samples.submission();
    change.accept(submission);
    return submission.build();
  }

  private static Consumer<JobSubmission.Builder> uri(String uri) {
    return s -> s.setItems(items(uri));
  }

  private static Consumer<JobSubmission.Builder> item(Consumer<Item.Builder> change) {
    return s -> {
      Item.Builder item = Item.newBuilder().setUri("http://a/");
      change.accept(item);
      s.setItems(List.of(item.build()));
    };
  }

  private static Consumer<JobSubmission.Builder> feature(String name) {
    return s -> s.setFeatures(List.of(new Feature(name, Map.of())));
  }

  private static Consumer<JobSubmission.Builder> parameters(Map<String, Object> parameters) {
    return s -> s.setFeatures(List.of(new Feature("TextDetection", parameters)));
  }

  private static Consumer<JobSubmission.Builder> webhook(String url, String secret, String ref) {
    return s ->
        s.setWebhook(Webhook.newBuilder().setUrl(url).setSecret(secret).setSecretRef(ref).build());
  }

  private static Consumer<JobSubmission.Builder> events(String... events) {
    return s ->
        s.setWebhook(
            Webhook.newBuilder()
                .setUrl("https://a.example/")
                .setSecret(SECRET)
                .setEvents(List.of(events))
                .build());
  }

  private static JobSubmission.Builder texts(JobSubmission.Builder submission, String text) {
    return submission.setName(text).setCustomId(text).setFeedId(text).setTag(text);
  }

  private static List<Item> items(String... uris) {
    return Stream.of(uris).map(Samples::item).toList();
  }

  private static List<Feature> features(int count) {
    var features = new ArrayList<Feature>();
    for (int i = 0; i < count; i++) {
      features.add(new Feature("Feature" + i, Map.of()));
    }
    return features;
  }

  private static Map<String, String> metadata(int entries) {
    return IntStream.range(0, entries).boxed().collect(Collectors.toMap(i -> "k" + i, i -> "v"));
  }

  private static Map<String, Object> many(int entries) {
    return IntStream.range(0, entries).boxed().collect(Collectors.toMap(i -> "k" + i, i -> true));
  }

  private static String length(String head, int length) {
    return head + "x".repeat(length - head.length());
  }

  private static String secret(int bytes) {
    return "whsec_" + Base64.getEncoder().encodeToString(new byte[bytes]);
  }

  private static Consumer<JobSubmission.Builder> hook(Consumer<Webhook.Builder> change) {
    Webhook.Builder webhook = Webhook.newBuilder().setUrl("https://a.example/").setSecret(SECRET);
    change.accept(webhook);
    return s -> s.setWebhook(webhook.build());
  }

  private static String base64(int bytes) {
    return Base64.getEncoder().encodeToString(new byte[bytes]);
  }
}
