package io.fanfold.webhook;

import io.fanfold.kit.WebhookRoutes;
import io.javalin.config.RoutesConfig;

/** All routes of {@link WebhookRoutes}. */
record WebhookApi(EndpointsApi endpoints, AttemptsApi attempts, DeliveriesApi deliveries) {

  void routes(RoutesConfig routes) {
    routes.post(WebhookRoutes.ENDPOINTS, endpoints::create);
    routes.get(WebhookRoutes.ENDPOINTS, endpoints::list);
    routes.get(WebhookRoutes.ENDPOINT, endpoints::show);
    routes.patch(WebhookRoutes.ENDPOINT, endpoints::change);
    routes.delete(WebhookRoutes.ENDPOINT, endpoints::delete);
    routes.post(WebhookRoutes.ROTATE, endpoints::rotate);
    routes.post(WebhookRoutes.TEST, deliveries::test);
    routes.get(WebhookRoutes.ENDPOINT_ATTEMPTS, attempts::ofEndpoint);
    routes.post(WebhookRoutes.RECOVER, deliveries::recover);
    routes.post(WebhookRoutes.CANCEL_ENDPOINT, deliveries::cancelEndpoint);
    routes.get(WebhookRoutes.EVENT, attempts::event);
    routes.post(WebhookRoutes.REPLAY, deliveries::replay);
    routes.post(WebhookRoutes.CANCEL_EVENT, deliveries::cancelEvent);
    routes.get(WebhookRoutes.JOB_ATTEMPTS, attempts::ofJob);
  }
}
