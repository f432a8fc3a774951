package io.fanfold.kit;

import io.javalin.http.HandlerType;
import java.util.List;

/**
 * The routes that the webhook dispatchers answer and job-ingest hands on. Both sides take them from
 * here, so that neither has one that the other lacks.
 */
public final class WebhookRoutes {

  public static final String ENDPOINTS = "/v1/webhooks/endpoints";
  public static final String ENDPOINT = ENDPOINTS + "/{id}";
  public static final String ROTATE = ENDPOINT + "/secret/rotate";
  public static final String TEST = ENDPOINT + "/test";
  public static final String ENDPOINT_ATTEMPTS = ENDPOINT + "/attempts";
  public static final String RECOVER = ENDPOINT + "/recover";
  public static final String CANCEL_ENDPOINT = ENDPOINT + "/cancel";
  public static final String EVENT = "/v1/webhooks/events/{eventId}";
  public static final String REPLAY = EVENT + "/replay";
  public static final String CANCEL_EVENT = EVENT + "/cancel";
  public static final String JOB_ATTEMPTS = "/v1/jobs/{id}/webhook-attempts";

  /** One of them. */
  public record Route(HandlerType method, String path) {}

  public static final List<Route> ALL =
      List.of(
          new Route(HandlerType.POST, ENDPOINTS),
          new Route(HandlerType.GET, ENDPOINTS),
          new Route(HandlerType.GET, ENDPOINT),
          new Route(HandlerType.PATCH, ENDPOINT),
          new Route(HandlerType.DELETE, ENDPOINT),
          new Route(HandlerType.POST, ROTATE),
          new Route(HandlerType.POST, TEST),
          new Route(HandlerType.GET, ENDPOINT_ATTEMPTS),
          new Route(HandlerType.POST, RECOVER),
          new Route(HandlerType.POST, CANCEL_ENDPOINT),
          new Route(HandlerType.GET, EVENT),
          new Route(HandlerType.POST, REPLAY),
          new Route(HandlerType.POST, CANCEL_EVENT),
          new Route(HandlerType.GET, JOB_ATTEMPTS));

  private WebhookRoutes() {}
}
