package io.fanfold.ingest.assets;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fanfold.kit.HttpApi;
import io.fanfold.kit.Json;
import io.fanfold.kit.JsonBody;
import io.fanfold.kit.Problem;
import io.fanfold.kit.ProblemException;
import io.fanfold.schemas.Asset;
import io.fanfold.schemas.JobIds;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.List;

/** {@code /v1/assets}: things whose tags AssetTagDetection finds. */
public final class AssetsApi {

  private final RegisteredAssets assets;
  private final JobIds ids;

  /**
   * @param ids also those of jobs, so that no asset has a job's id
   */
  public AssetsApi(RegisteredAssets assets, JobIds ids) {
    this.assets = assets;
    this.ids = ids;
  }

  public void routes(RoutesConfig routes) {
    routes.post("/v1/assets", this::register);
    routes.get("/v1/assets/{id}", this::show);
    routes.delete("/v1/assets/{id}", this::delete);
  }

  private void register(Context context) {
    List<Asset> given =
        AssetRequest.read(JsonBody.read(context), HttpApi.project(context), ids::next);
    context.future(
        () ->
            assets
                .register(given)
                .thenAccept(
                    done -> {
                      ObjectNode body = Json.MAPPER.createObjectNode();
                      var list = body.putArray("assets");
                      given.forEach(asset -> list.add(json(asset)));
                      HttpApi.json(context, 201, body);
                    }));
  }

  private void show(Context context) {
    Asset asset =
        assets.find(HttpApi.project(context), id(context)).orElseThrow(AssetsApi::noSuchAsset);
    HttpApi.json(context, 200, json(asset));
  }

  private void delete(Context context) {
    String project = HttpApi.project(context);
    long id = id(context);
    if (assets.find(project, id).isEmpty()) {
      throw noSuchAsset();
    }
    context.future(() -> assets.delete(project, id).thenAccept(done -> context.status(204)));
  }

  private static long id(Context context) {
    return JobIds.parse(context.pathParam("id")).orElseThrow(AssetsApi::noSuchAsset);
  }

  private static ProblemException noSuchAsset() {
    return Problem.notFound("There is no such asset").exception();
  }

  private static ObjectNode json(Asset asset) {
    ObjectNode json =
        Json.MAPPER
            .createObjectNode()
            .put("id", asset.getId())
            .put("project", asset.getProject())
            .put("externalId", asset.getExternalId())
            .put("name", asset.getName());
    var aliases = json.putArray("aliases");
    asset.getAliases().forEach(aliases::add);
    return json.put("parentId", asset.getParentId());
  }
}
