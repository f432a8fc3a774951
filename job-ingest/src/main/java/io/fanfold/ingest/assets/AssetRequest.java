package io.fanfold.ingest.assets;

import com.fasterxml.jackson.databind.JsonNode;
import io.fanfold.kit.JsonFields;
import io.fanfold.kit.Problem.FieldError;
import io.fanfold.schemas.Asset;
import io.fanfold.schemas.JobIds;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.function.LongSupplier;

/** The body of {@code POST /v1/assets}. */
final class AssetRequest {

  static final int MAX_ASSETS = 1_000;

  private static final int MAX_ALIASES = 100;
  private static final int MAX_CHARS = 256;

  private AssetRequest() {}

  /**
   * @param ids gives an id to those without
   * @throws io.fanfold.kit.ProblemException 400 naming every field at fault
   */
  static List<Asset> read(JsonNode json, String project, LongSupplier ids) {
    var errors = new ArrayList<FieldError>();
    var fields = new JsonFields(json, "", errors);
    List<Asset> assets = fields.objects("assets", asset -> asset(asset, project, ids));
    fields.done();
    if (errors.isEmpty() && (assets.isEmpty() || assets.size() > MAX_ASSETS)) {
      errors.add(new FieldError("assets", "must have 1 to " + MAX_ASSETS + " assets"));
    }
    JsonFields.refuse(errors);
    var taken = new HashSet<Long>();
    for (int i = 0; i < assets.size(); i++) {
      check("assets[" + i + "].", assets.get(i), errors);
      if (!taken.add(assets.get(i).getId())) {
        errors.add(new FieldError("assets[" + i + "].id", "is listed twice"));
      }
    }
    JsonFields.refuse(errors);
    return assets;
  }

  private static Asset asset(JsonFields fields, String project, LongSupplier ids) {
    Long id = fields.integer("id");
    String name = fields.string("name");
    Asset asset =
        Asset.newBuilder()
            .setProject(project)
            .setId(id == null ? ids.getAsLong() : id)
            .setExternalId(fields.string("externalId"))
            .setName(name == null ? "" : name)
            .setAliases(fields.stringList("aliases"))
            .setParentId(fields.integer("parentId"))
            .build();
    fields.done();
    return asset;
  }

  private static void check(String at, Asset asset, List<FieldError> errors) {
    id(at + "id", asset.getId(), errors);
    if (asset.getParentId() != null) {
      id(at + "parentId", asset.getParentId(), errors);
    }
    text(at + "name", asset.getName(), errors);
    if (asset.getExternalId() != null) {
      text(at + "externalId", asset.getExternalId(), errors);
    }
    if (asset.getAliases().size() > MAX_ALIASES) {
      errors.add(new FieldError(at + "aliases", "must have at most " + MAX_ALIASES));
      return;
    }
    for (int i = 0; i < asset.getAliases().size(); i++) {
      text(at + "aliases[" + i + "]", asset.getAliases().get(i), errors);
    }
  }

  private static void id(String field, long id, List<FieldError> errors) {
    if (id < 1 || id > JobIds.MAX) {
      errors.add(new FieldError(field, "must be 1 to " + JobIds.MAX));
    }
  }

  private static void text(String field, String text, List<FieldError> errors) {
    if (text.isBlank() || text.length() > MAX_CHARS) {
      errors.add(new FieldError(field, "must be 1 to " + MAX_CHARS + " characters"));
    } else if (text.chars().anyMatch(Character::isISOControl)) {
      errors.add(new FieldError(field, "must not have control characters"));
    }
  }
}
