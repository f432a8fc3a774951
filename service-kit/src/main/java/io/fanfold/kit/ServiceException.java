package io.fanfold.kit;

/** A service that could not start or broke while running; the process ends with it. */
public final class ServiceException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public ServiceException(String message, Throwable cause) {
    super(message, cause);
  }
}
