package io.fanfold.standalone.cli;

import com.fasterxml.jackson.databind.JsonNode;

/** Webhook endpoints and deliveries over the native HTTP API. */
final class WebhooksClient {

  private static final String ENDPOINTS = "/v1/webhooks/endpoints";
  private static final String EVENTS = "/v1/webhooks/events/";

  private final ServerConnection connection;

  WebhooksClient(ServerConnection connection) {
    this.connection = connection;
  }

  JsonNode list() throws UnreachableException, RefusedException, InterruptedException {
    return connection.get(ENDPOINTS);
  }

  JsonNode create(JsonNode endpoint)
      throws UnreachableException, RefusedException, InterruptedException {
    return connection.command("POST", ENDPOINTS, endpoint);
  }

  JsonNode show(String id) throws UnreachableException, RefusedException, InterruptedException {
    return connection.get(endpoint(id));
  }

  JsonNode update(String id, JsonNode patch)
      throws UnreachableException, RefusedException, InterruptedException {
    return connection.command("PATCH", endpoint(id), patch);
  }

  JsonNode delete(String id) throws UnreachableException, RefusedException, InterruptedException {
    return connection.command("DELETE", endpoint(id));
  }

  JsonNode rotate(String id, JsonNode how)
      throws UnreachableException, RefusedException, InterruptedException {
    return connection.command("POST", endpoint(id) + "/secret/rotate", how);
  }

  JsonNode test(String id) throws UnreachableException, RefusedException, InterruptedException {
    return connection.command("POST", endpoint(id) + "/test");
  }

  /**
   * @param query a query string
   */
  JsonNode attempts(String id, String query)
      throws UnreachableException, RefusedException, InterruptedException {
    return connection.get(endpoint(id) + "/attempts" + query);
  }

  /**
   * @param query a query string
   */
  JsonNode attemptsOfJob(long job, String query)
      throws UnreachableException, RefusedException, InterruptedException {
    return connection.get("/v1/jobs/" + job + "/webhook-attempts" + query);
  }

  JsonNode recover(String id, JsonNode since)
      throws UnreachableException, RefusedException, InterruptedException {
    return connection.command("POST", endpoint(id) + "/recover", since);
  }

  JsonNode cancelEndpoint(String id)
      throws UnreachableException, RefusedException, InterruptedException {
    return connection.command("POST", endpoint(id) + "/cancel");
  }

  JsonNode event(String id) throws UnreachableException, RefusedException, InterruptedException {
    return connection.get(event(id, ""));
  }

  JsonNode replay(String id, JsonNode target)
      throws UnreachableException, RefusedException, InterruptedException {
    return connection.command("POST", event(id, "/replay"), target);
  }

  JsonNode cancelEvent(String id, JsonNode target)
      throws UnreachableException, RefusedException, InterruptedException {
    return connection.command("POST", event(id, "/cancel"), target);
  }

  private static String endpoint(String id) {
    return ENDPOINTS + "/" + ListQuery.encoded(id);
  }

  private static String event(String id, String rest) {
    return EVENTS + ListQuery.encoded(id) + rest;
  }
}
