package io.fanfold.standalone.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
    name = "webhooks",
    mixinStandardHelpOptions = true,
    description = "Receivers of a project's events, and what became of each event.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      EndpointCommands.List.class,
      EndpointChangeCommands.Create.class,
      EndpointCommands.Show.class,
      EndpointChangeCommands.Update.class,
      EndpointCommands.Delete.class,
      EndpointChangeCommands.Rotate.class,
      EndpointCommands.Test.class,
      DeliveryCommands.Attempts.class,
      DeliveryCommands.Event.class,
      DeliveryCommands.Replay.class,
      DeliveryCommands.Recover.class,
      DeliveryCommands.Cancel.class
    })
final class WebhooksCommand implements Runnable {

  @Spec private CommandSpec spec;

  /** Called by picocli. */
  WebhooksCommand() {}

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is needed");
  }
}
