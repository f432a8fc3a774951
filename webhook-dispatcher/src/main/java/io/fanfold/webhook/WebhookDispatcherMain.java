package io.fanfold.webhook;

import io.fanfold.kit.ServiceMain;

/** Runs webhook-dispatcher as a process of its own. */
public final class WebhookDispatcherMain {

  private WebhookDispatcherMain() {}

  public static void main(String[] args) {
    ServiceMain.run(
        WebhookDispatcherConfig.definition(),
        args,
        (config, telemetry) -> new WebhookDispatcher(config, telemetry).service());
  }
}
