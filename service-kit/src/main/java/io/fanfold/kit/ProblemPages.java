package io.fanfold.kit;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/** Problem documents for requests the server refuses, or gives up, without a route's answer. */
final class ProblemPages extends ErrorHandler {

  @Override
  protected void generateResponse(
      Request request,
      Response response,
      int status,
      String message,
      Throwable cause,
      Callback callback) {
    if (!request.getConnectionMetaData().getConnector().getServer().isRunning()) {
      // What is under way when the service is stopped; another instance, or the next, can answer.
      Problem problem =
          Problem.unavailable("the service is stopping; the request may be sent again");
      response.setStatus(problem.status());
      response.getHeaders().put(HttpHeader.RETRY_AFTER, "1");
      write(problem, response, callback);
      return;
    }
    Problem problem =
        status >= 500 && status != 505
            ? Problem.of(status, "INTERNAL", "Something broke", "The request was not answered.")
            : Problem.of(status, "REFUSED", "Refused", "The request is not one this server reads.");
    write(problem, response, callback);
  }

  private static void write(Problem problem, Response response, Callback callback) {
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, Problem.MEDIA_TYPE);
    response.write(true, ByteBuffer.wrap(problem.json()), callback);
  }
}
