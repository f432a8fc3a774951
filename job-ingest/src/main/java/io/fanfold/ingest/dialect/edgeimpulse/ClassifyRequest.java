package io.fanfold.ingest.dialect.edgeimpulse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fanfold.kit.Json;
import io.fanfold.kit.Problem;
import io.fanfold.kit.Problem.FieldError;
import io.fanfold.schemas.Dialect;
import io.fanfold.schemas.Feature;
import io.fanfold.schemas.Item;
import io.fanfold.schemas.JobSubmission;
import io.fanfold.schemas.Sample;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is to be classified, and how. A feature is computed once a job, so each variant is a job of
 * its own: the first is the one the caller knows, and names the others.
 *
 * @param variants of the model, at least one
 */
record ClassifyRequest(long impulseId, List<String> variants) {

  static final String FEATURE = "SignalClassification";
  static final String FLOAT32 = "float32";
  static final String INT8 = "int8";
  static final String AKIDA = "akida";

  /** Those we have, in the order they are looked for. */
  static final List<String> VARIANTS = List.of(FLOAT32, INT8);

  /** All there are. */
  static final List<String> ALL_VARIANTS = List.of(INT8, FLOAT32, AKIDA);

  /** The impulse that is meant when none is named. */
  static final long DEFAULT_IMPULSE = 1;

  /** Tags of the jobs the caller knows, and of the others. */
  static final String ROOT = "root";

  static final String CHILD = "child";

  /** A record must hold all items; the rest of it is short. */
  static final int MAX_URI_CHARS = 8 * 1024 * 1024;

  ClassifyRequest {
    variants = List.copyOf(variants);
  }

  /**
   * @param impulseId null for the default one
   */
  static ClassifyRequest read(JsonNode body, Long impulseId) {
    if (!body.isObject()) {
      throw Params.wrong("", "the body must be an object");
    }
    long impulse = impulseId == null ? DEFAULT_IMPULSE : impulseId;
    JsonNode given = body.path("modelVariants");
    if (given.isMissingNode() || given.isNull() || given.isArray() && given.isEmpty()) {
      return new ClassifyRequest(impulse, List.of(FLOAT32));
    }
    if (!given.isArray()) {
      throw Params.wrong("modelVariants", "must be a list");
    }
    Set<String> variants = new LinkedHashSet<>();
    for (JsonNode variant : given) {
      variants.add(variant(variant.asText()));
    }
    return new ClassifyRequest(impulse, List.copyOf(variants));
  }

  /** A variant by its name. */
  static String variant(String name) {
    if (name.equals(AKIDA)) {
      throw Params.wrong("modelVariants", "akida needs hardware of its own and is not available");
    }
    if (!VARIANTS.contains(name)) {
      throw Params.wrong("modelVariants", "must be int8 or float32");
    }
    return name;
  }

  /** What the jobs of an impulse and variant are found by. */
  static String customId(long impulseId, String variant) {
    return impulseId + "/" + variant;
  }

  /**
   * A job of one variant.
   *
   * @param samples in the order results are paged
   * @param children ids of the other variants' jobs, when this is the one the caller knows
   */
  JobSubmission submission(
      String project,
      List<Sample> samples,
      String model,
      double threshold,
      String variant,
      List<Long> children) {
    check(samples);
    ObjectNode request = Json.MAPPER.createObjectNode();
    request.put("impulseId", impulseId);
    request.put("variant", variant);
    ArrayNode ids = request.putArray("children");
    children.forEach(ids::add);
    boolean isRoot = variant.equals(variants.get(0));
    return JobSubmission.newBuilder()
        .setProject(project)
        .setItems(samples.stream().map(ClassifyRequest::item).toList())
        .setFeatures(
            List.of(
                new Feature(
                    FEATURE, Map.of("model", model, "threshold", threshold, "variant", variant))))
        .setName("classify")
        .setCustomId(customId(impulseId, variant))
        .setTag(isRoot ? ROOT : CHILD)
        .setDialect(
            new Dialect(
                EdgeImpulseDialect.NAME, new String(Json.bytes(request), StandardCharsets.UTF_8)))
        .build();
  }

  private static Item item(Sample sample) {
    return Item.newBuilder()
        .setUri(sample.getUri())
        .setCustomId(Long.toString(sample.getId()))
        .setMediaType(sample.getMediaType())
        .build();
  }

  private static void check(List<Sample> samples) {
    if (samples.isEmpty()) {
      throw Problem.invalid(
              List.of(new FieldError("", "There are no samples in the testing data set")))
          .exception();
    }
    long chars = samples.stream().mapToLong(sample -> sample.getUri().length()).sum();
    if (chars > MAX_URI_CHARS) {
      throw Problem.invalid(
              List.of(
                  new FieldError(
                      "",
                      "The samples of the testing data set are too long to be kept in one job; set "
                          + Settings.SAMPLES_URI)))
          .exception();
    }
  }
}
