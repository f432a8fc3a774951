package io.fanfold.kit;

import java.util.function.Supplier;

/** Answers whether operations on one thing are likely to succeed now. */
public interface Check {

  /**
   * @param ok whether it is
   * @param detail why not, or what was seen
   */
  record Result(boolean ok, String detail) {

    public static Result ok(String detail) {
      return new Result(true, detail);
    }

    public static Result failed(String detail) {
      return new Result(false, detail);
    }
  }

  /** Short and stable, as in {@code job-fold}. */
  String name();

  /** Quick, and never throws. */
  Result check();

  static Check of(String name, Supplier<Result> check) {
    return new Check() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public Result check() {
        return check.get();
      }
    };
  }
}
