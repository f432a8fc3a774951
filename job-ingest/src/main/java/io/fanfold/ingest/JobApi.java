package io.fanfold.ingest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fanfold.ingest.assets.AssetsApi;
import io.fanfold.ingest.dialect.Route;
import io.fanfold.ingest.files.FilesApi;
import io.fanfold.kit.HttpApi;
import io.fanfold.kit.Json;
import io.fanfold.schemas.FeatureOffer;
import io.fanfold.schemas.ParameterOffer;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/**
 * The native HTTP API: submissions and commands are produced, lookups are the result aggregator's,
 * webhooks the webhook dispatcher's.
 */
final class JobApi {

  private final JobSubmit submit;
  private final JobActions actions;
  private final FeatureOffers offers;
  private final LookupProxy lookups;
  private final WebhookProxy webhooks;
  private final FilesApi files;
  private final AssetsApi assets;
  private final DialectRoutes dialects;

  JobApi(
      JobSubmit submit,
      JobActions actions,
      FeatureOffers offers,
      LookupProxy lookups,
      WebhookProxy webhooks,
      FilesApi files,
      AssetsApi assets,
      DialectRoutes dialects) {
    this.submit = submit;
    this.actions = actions;
    this.offers = offers;
    this.lookups = lookups;
    this.webhooks = webhooks;
    this.files = files;
    this.assets = assets;
    this.dialects = dialects;
  }

  void routes(RoutesConfig routes) {
    List<Route> own =
        List.of(
            Route.post("/v1/jobs", submit::submit),
            Route.get("/v1/jobs", lookups::forward),
            Route.get("/v1/jobs/{id}", lookups::forward),
            Route.delete("/v1/jobs/{id}", actions::delete),
            Route.post("/v1/jobs/{id}/cancel", actions::cancel),
            Route.post("/v1/jobs/{id}/retry", actions::retry),
            Route.get("/v1/jobs/{id}/events", lookups::forward),
            Route.get("/v1/jobs/{id}/items", lookups::forward),
            Route.get("/v1/jobs/{id}/batches", lookups::forward),
            Route.get("/v1/jobs/{id}/artifacts", lookups::forward),
            Route.get("/v1/jobs/{id}/artifacts/{name}", lookups::forward));
    dialects.routes(routes, own);
    webhooks.routes(routes);
    files.routes(routes);
    assets.routes(routes);
    routes.get("/v1/features", this::features);
    routes.get("/openapi.yaml", JobApi::openApi);
  }

  private void features(Context context) {
    ObjectNode body = Json.MAPPER.createObjectNode();
    ArrayNode list = body.putArray("features");
    for (FeatureOffer offer : offers.byName().values()) {
      ObjectNode feature = list.addObject();
      feature.put("name", offer.getName());
      feature.put("description", offer.getDescription());
      feature.put("model", offer.getModel());
      feature.put("modelVersion", offer.getModelVersion());
      ArrayNode mediaTypes = feature.putArray("mediaTypes");
      offer.getMediaTypes().forEach(mediaTypes::add);
      ArrayNode parameters = feature.putArray("parameters");
      for (ParameterOffer parameter : offer.getParameters()) {
        parameters
            .addObject()
            .put("name", parameter.getName())
            .put("type", parameter.getType().name())
            .put("description", parameter.getDescription())
            .put("required", parameter.getRequired())
            .put("defaultValue", parameter.getDefaultValue())
            .put("minimum", parameter.getMinimum())
            .put("maximum", parameter.getMaximum());
      }
    }
    HttpApi.json(context, 200, body);
  }

  private static void openApi(Context context) throws IOException {
    try (InputStream document = JobApi.class.getResourceAsStream("/openapi.yaml")) {
      context.contentType("application/yaml").result(document.readAllBytes());
    }
  }
}
