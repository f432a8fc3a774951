package io.fanfold.ingest;

import java.util.Optional;
import java.util.function.Function;
import org.eclipse.jetty.http.HttpFields;

/** What another service answers. */
record ServiceAnswer<B>(int status, HttpFields headers, B body) {

  /** The first value of a header. */
  Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name));
  }

  <T> ServiceAnswer<T> with(Function<B, T> other) {
    return new ServiceAnswer<>(status, headers, other.apply(body));
  }
}
