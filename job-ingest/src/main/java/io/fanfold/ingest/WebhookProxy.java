package io.fanfold.ingest;

import io.fanfold.kit.WebhookRoutes;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Duration;
import java.util.List;

/**
 * All of {@link WebhookRoutes}, which the webhook dispatchers answer. Whether one is there is no
 * part of this service's readiness: jobs are accepted without them, and their events wait.
 */
final class WebhookProxy implements AutoCloseable {

  // A change is answered when it is seen; the dispatcher gives that up before this.
  private static final Duration TIMEOUT = Duration.ofSeconds(15);

  private final ServiceProxy dispatchers;

  /**
   * @param baseUrls of dispatchers, any of which can answer; at least one
   */
  WebhookProxy(List<String> baseUrls) {
    this.dispatchers = new ServiceProxy("the webhook dispatcher", baseUrls);
  }

  void routes(RoutesConfig routes) {
    WebhookRoutes.ALL.forEach(
        route -> routes.addHttpHandler(route.method(), route.path(), this::forward));
  }

  @Override
  public void close() {
    dispatchers.close();
  }

  private void forward(Context context) {
    dispatchers.forward(context, TIMEOUT);
  }
}
