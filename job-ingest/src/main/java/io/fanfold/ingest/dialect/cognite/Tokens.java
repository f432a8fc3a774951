package io.fanfold.ingest.dialect.cognite;

import io.fanfold.ingest.dialect.Keys;

/** What a bearer token is good for. */
interface Tokens {

  /** Of a token and a project. */
  enum Verdict {
    /** Not one we know. */
    UNKNOWN,
    /** A good one, but not for this project. */
    OTHER_PROJECT,
    ALLOWED
  }

  /** For a machine of one's own. */
  Tokens OPEN = (token, project) -> Verdict.ALLOWED;

  /**
   * @throws io.fanfold.kit.ProblemException 503 when it cannot be told
   */
  Verdict check(String token, String project);

  static Tokens of(Keys keys) {
    return (token, project) ->
        keys.project(token)
            .map(own -> own.equals(project) ? Verdict.ALLOWED : Verdict.OTHER_PROJECT)
            .orElse(Verdict.UNKNOWN);
  }

  /** These, and where they do not know a token, others. */
  default Tokens or(Tokens others) {
    return (token, project) -> {
      Verdict verdict = check(token, project);
      return verdict == Verdict.UNKNOWN ? others.check(token, project) : verdict;
    };
  }
}
