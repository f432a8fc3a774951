package io.fanfold.webhook;

import java.time.Instant;
import java.util.Optional;

/** When an endpoint last took a delivery, as far as {@code webhook-attempts} is read here. */
interface EndpointHealth {

  Optional<Instant> lastDelivered(String project, String endpointId);
}
