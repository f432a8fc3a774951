package io.fanfold.kit;

import java.util.regex.Pattern;

/** What names of tenants look like. */
public final class Names {

  public static final String PROJECT_PATTERN = "[A-Za-z0-9][A-Za-z0-9._-]{0,63}";

  private static final Pattern PROJECT = Pattern.compile(PROJECT_PATTERN);

  private Names() {}

  public static boolean isProject(String text) {
    return PROJECT.matcher(text).matches();
  }
}
