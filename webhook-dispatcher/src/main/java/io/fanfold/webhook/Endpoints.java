package io.fanfold.webhook;

import io.fanfold.schemas.WebhookEndpoint;
import java.util.List;
import java.util.Optional;

/** The endpoints of all projects, as far as {@code webhook-endpoints} is read here. */
interface Endpoints {

  /** All endpoints of a project, disabled ones too. Asked for every job state: it must be quick. */
  List<WebhookEndpoint> of(String project);

  Optional<WebhookEndpoint> find(String project, String id);
}
