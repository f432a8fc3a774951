package io.fanfold.webhook;

import io.fanfold.kit.HttpApi;
import io.fanfold.kit.ProblemException;
import io.javalin.http.Context;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Answers that come when something has been seen or sent. */
final class Answers {

  private Answers() {}

  /** A problem on the way becomes the answer; whatever else breaks is the server's to report. */
  static void later(Context context, CompletableFuture<Void> answered) {
    context.future(
        () ->
            answered.exceptionally(
                failure -> {
                  Throwable cause =
                      failure instanceof CompletionException ? failure.getCause() : failure;
                  if (cause instanceof ProblemException refused) {
                    HttpApi.answer(context, refused.problem());
                    return null;
                  }
                  throw new CompletionException(cause);
                }));
  }
}
