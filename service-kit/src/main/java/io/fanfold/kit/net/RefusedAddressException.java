package io.fanfold.kit.net;

import java.io.IOException;

/** The request would have reached an address that requests must not reach; nothing was sent. */
public final class RefusedAddressException extends IOException {

  private static final long serialVersionUID = 1L;

  RefusedAddressException(String message) {
    super(message);
  }
}
