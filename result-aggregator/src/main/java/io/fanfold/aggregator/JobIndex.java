package io.fanfold.aggregator;

import io.fanfold.kit.JobStates;
import io.fanfold.schemas.JobState;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.TreeSet;

/**
 * What a job is found by. A term is {@code scope/field/value/}; each job has a row {@code r/term
 * position} for each of its terms, and each term a count of its rows under {@code n/term}. What a
 * job has rows for stands under {@code j/job id}.
 */
final class JobIndex {

  /** Fields with one value, as queries name them. */
  static final String CUSTOM_ID = "customId";

  static final String FEED_ID = "feedId";
  static final String TAG = "tag";
  static final String STATUS = "status";
  static final String NAME = "name";

  /** Before the key of a metadata entry. */
  static final String METADATA = "metadata.";

  /** Jobs of all projects that have not ended; no project is called so. */
  static final String ACTIVE = "*/active/";

  private static final int MAX_VALUE_CHARS = 64;

  private JobIndex() {}

  /** Every job of a {@link #scope}. */
  static String all(String scope) {
    return scope + "/all/";
  }

  /** Jobs of a {@link #scope} with a value; what is long is known by its hash. */
  static String term(String scope, String field, String value) {
    return scope + "/" + word(field) + "/" + word(value) + "/";
  }

  /**
   * Where jobs of a project are looked for: among all, or among those of a dialect. So a dialect's
   * lists cost as little, and are counted as well, as those of the whole project.
   *
   * @param dialect null for all
   */
  static String scope(String project, String dialect) {
    // No project has a tilde.
    return dialect == null ? project : project + "~" + word(dialect);
  }

  static TreeSet<String> terms(JobState job) {
    var terms = new TreeSet<String>();
    add(terms, scope(job.getProject(), null), job);
    if (job.getDialect() != null) {
      add(terms, scope(job.getProject(), job.getDialect().getName()), job);
    }
    if (!JobStates.isTerminal(job.getStatus())) {
      terms.add(ACTIVE);
    }
    return terms;
  }

  private static void add(TreeSet<String> terms, String scope, JobState job) {
    terms.add(all(scope));
    terms.add(term(scope, STATUS, job.getStatus().name()));
    add(terms, scope, CUSTOM_ID, job.getCustomId());
    add(terms, scope, FEED_ID, job.getFeedId());
    add(terms, scope, TAG, job.getTag());
    add(terms, scope, NAME, job.getName());
    job.getMetadata().forEach((key, value) -> add(terms, scope, METADATA + key, value));
  }

  static String rowKey(String term, String position) {
    return "r/" + term + position;
  }

  static String countKey(String term) {
    return "n/" + term;
  }

  static String jobKey(long jobId) {
    return "j/" + jobId;
  }

  /** The part of a row's key that orders it. */
  static String position(String rowKey, String term) {
    return rowKey.substring(2 + term.length());
  }

  private static void add(TreeSet<String> terms, String scope, String field, String value) {
    if (value != null) {
      terms.add(term(scope, field, value));
    }
  }

  // No slash, no tilde, nothing but ASCII; the hash is marked by what an encoded text never has.
  private static String word(String text) {
    String encoded = URLEncoder.encode(text, StandardCharsets.UTF_8);
    if (encoded.length() <= MAX_VALUE_CHARS) {
      return encoded;
    }
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return "~" + Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }
}
