package io.fanfold.ingest.dialect.edgeimpulse;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The parts of a multipart/form-data body that is in memory already (RFC 7578). The server's own
 * reader would put bodies of any length on the disk.
 */
final class Multipart {

  /**
   * A part.
   *
   * @param filename null for a plain field
   * @param contentType null when it does not say
   */
  record Part(String filename, String contentType, byte[] content) {}

  private static final Pattern BOUNDARY =
      Pattern.compile(
          "(?i)multipart/form-data;.*?boundary=(?:\"([^\"]{1,70})\"|([^;\\s]{1,70})).*");
  private static final Pattern FILENAME = Pattern.compile("(?i)[;\\s]filename=\"([^\"]*)\"");
  private static final int MAX_PARTS = 1_000;
  private static final String LINE_END = "\r\n";

  private Multipart() {}

  static List<Part> parse(String contentType, byte[] body) {
    Matcher boundary = BOUNDARY.matcher(contentType == null ? "" : contentType);
    if (!boundary.matches()) {
      throw Params.wrong("Content-Type", "must be multipart/form-data with a boundary");
    }
    String name = boundary.group(1) == null ? boundary.group(2) : boundary.group(1);
    // A byte a character: positions in the text are those in the body.
    String text = LINE_END + new String(body, ISO_8859_1);
    String delimiter = LINE_END + "--" + name;
    var parts = new ArrayList<Part>();
    int at = text.indexOf(delimiter);
    while (at >= 0) {
      int start = at + delimiter.length();
      if (text.startsWith("--", start)) {
        return parts;
      }
      int end = text.indexOf(delimiter, start);
      if (end < 0 || parts.size() == MAX_PARTS) {
        break;
      }
      parts.add(part(text.substring(start, end)));
      at = end;
    }
    throw Params.wrong("", "the form is cut short, or has more than " + MAX_PARTS + " parts");
  }

  private static Part part(String text) {
    int headersEnd = text.indexOf(LINE_END + LINE_END);
    if (headersEnd < 0) {
      throw Params.wrong("", "a part of the form has no headers");
    }
    String filename = null;
    String contentType = null;
    for (String line : text.substring(0, headersEnd).split(LINE_END)) {
      // Browsers and clients write names in UTF-8.
      String header = new String(line.getBytes(ISO_8859_1), UTF_8);
      Matcher named = FILENAME.matcher(header);
      if (header.regionMatches(true, 0, "content-disposition:", 0, 20) && named.find()) {
        filename = named.group(1);
      } else if (header.regionMatches(true, 0, "content-type:", 0, 13)) {
        contentType = header.substring(13).strip();
      }
    }
    byte[] content = text.substring(headersEnd + 4).getBytes(ISO_8859_1);
    return new Part(filename, contentType, content);
  }
}
