package io.fanfold.webhook;

import io.fanfold.schemas.WebhookEndpoint;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** The endpoints that a test puts here. */
final class ListedEndpoints extends TreeMap<String, WebhookEndpoint> implements Endpoints {

  private static final long serialVersionUID = 1L;

  void put(WebhookEndpoint endpoint) {
    put(endpoint.getProject() + "/" + endpoint.getId(), endpoint);
  }

  @Override
  public List<WebhookEndpoint> of(String project) {
    return values().stream().filter(endpoint -> endpoint.getProject().equals(project)).toList();
  }

  @Override
  public Optional<WebhookEndpoint> find(String project, String id) {
    return Optional.ofNullable(get(project + "/" + id));
  }
}
