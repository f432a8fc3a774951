package io.fanfold.ingest.dialect;

import io.javalin.http.Handler;
import io.javalin.http.HandlerType;

/**
 * A request that a dialect answers.
 *
 * @param path as Javalin writes it, as in {@code /v1/jobs/{id}}; a slash at the end of the request
 *     makes no difference
 */
public record Route(HandlerType method, String path, Handler handler) {

  public static Route get(String path, Handler handler) {
    return new Route(HandlerType.GET, path, handler);
  }

  public static Route post(String path, Handler handler) {
    return new Route(HandlerType.POST, path, handler);
  }

  public static Route delete(String path, Handler handler) {
    return new Route(HandlerType.DELETE, path, handler);
  }

  /** Method and path, as the documentation names it. */
  public String name() {
    return method.name() + " " + path;
  }
}
