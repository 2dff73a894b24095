/// The shape of a credential that says by its beginning what it is.
struct TokenPattern: Sendable {
  /// What may follow the beginning.
  enum Alphabet: Sendable {
    /// Capitals and digits.
    case capitals
    /// Letters and digits.
    case alphanumeric
    /// Letters, digits, `_` and `-`.
    case url
    /// Letters, digits, `_`, `-` and `.`.
    case dotted

    @inline(__always) func contains(_ byte: UInt8) -> Bool {
      switch byte {
      case 0x30...0x39, 0x41...0x5A: true
      case 0x61...0x7A: self != .capitals
      case 0x5F, 0x2D: self == .url || self == .dotted
      case 0x2E: self == .dotted
      default: false
      }
    }
  }

  let prefix: [UInt8]
  let alphabet: Alphabet
  /// How many bytes follow at least.
  let minimum: Int
  /// How many follow at most.
  var maximum = Int.max
  /// Whether words joined by hyphens look the same, so that digits and capitals must show that
  /// these are none.
  var isWordLike = false

  private init(
    _ prefix: StaticString, _ alphabet: Alphabet, _ minimum: Int, maximum: Int = .max,
    isWordLike: Bool = false
  ) {
    self.prefix = Array("\(prefix)".utf8)
    self.alphabet = alphabet
    self.minimum = minimum
    self.maximum = maximum
    self.isWordLike = isWordLike
  }

  /// The patterns by their first byte.
  static let byFirstByte: [[TokenPattern]] = {
    var table = [[TokenPattern]](repeating: [], count: 128)
    for pattern in all { table[Int(pattern.prefix[0])].append(pattern) }
    return table
  }()

  private static let all: [TokenPattern] = [
    // Amazon's access key ids.
    TokenPattern("AKIA", .capitals, 16, maximum: 16),
    TokenPattern("ASIA", .capitals, 16, maximum: 16),
    // Google: API keys, OAuth tokens and client secrets.
    TokenPattern("AIza", .url, 35, maximum: 40),
    TokenPattern("ya29.", .dotted, 20),
    TokenPattern("GOCSPX-", .url, 20),
    // GitHub, GitLab.
    TokenPattern("ghp_", .alphanumeric, 30), TokenPattern("gho_", .alphanumeric, 30),
    TokenPattern("ghu_", .alphanumeric, 30), TokenPattern("ghs_", .alphanumeric, 30),
    TokenPattern("ghr_", .alphanumeric, 30), TokenPattern("github_pat_", .url, 22),
    TokenPattern("glpat-", .dotted, 18), TokenPattern("gldt-", .dotted, 18),
    TokenPattern("glrt-", .dotted, 18), TokenPattern("glptt-", .dotted, 18),
    TokenPattern("glcbt-", .dotted, 18),
    // Slack.
    TokenPattern("xoxb-", .url, 10), TokenPattern("xoxp-", .url, 10),
    TokenPattern("xoxa-", .url, 10), TokenPattern("xoxr-", .url, 10),
    TokenPattern("xoxs-", .url, 10), TokenPattern("xapp-", .url, 20),
    // Model hosts.
    TokenPattern("hf_", .alphanumeric, 30), TokenPattern("r8_", .alphanumeric, 30),
    TokenPattern("gsk_", .alphanumeric, 40), TokenPattern("nvapi-", .url, 40),
    TokenPattern("sk-", .url, 20, isWordLike: true),
    TokenPattern("xai-", .url, 40, isWordLike: true),
    // Payment, mail, packages, clouds.
    TokenPattern("sk_live_", .alphanumeric, 16), TokenPattern("sk_test_", .alphanumeric, 16),
    TokenPattern("rk_live_", .alphanumeric, 16), TokenPattern("rk_test_", .alphanumeric, 16),
    TokenPattern("whsec_", .alphanumeric, 16), TokenPattern("SG.", .dotted, 50),
    TokenPattern("npm_", .alphanumeric, 36), TokenPattern("pypi-AgE", .url, 40),
    TokenPattern("dckr_pat_", .url, 20), TokenPattern("dop_v1_", .alphanumeric, 40),
    TokenPattern("shpat_", .alphanumeric, 30), TokenPattern("AGE-SECRET-KEY-1", .capitals, 50),
  ]

  /// Where the credential that begins at `start` ends; `nil` where none does.
  static func end(in text: Span<UInt8>, at start: Int) -> Int? {
    let first = text[start]
    guard first < 128 else { return nil }
    if first == UInt8(ascii: "e") { return webTokenEnd(in: text, at: start) }
    for pattern in byFirstByte[Int(first)] {
      if let end = pattern.end(in: text, at: start) { return end }
    }
    return nil
  }

  private func end(in text: Span<UInt8>, at start: Int) -> Int? {
    guard text.has(prefix, at: start) else { return nil }
    let body = start + prefix.count
    let end = text.end(of: body) { alphabet.contains($0) }
    guard end - body >= minimum, end - body <= maximum else { return nil }
    if isWordLike, !Self.looksDrawn(text, body..<end) { return nil }
    return end
  }

  /// Whether the text looks as if drawn by chance, other than `learn-intelex-2021-patch`.
  private static func looksDrawn(_ text: Span<UInt8>, _ range: Range<Int>) -> Bool {
    var (digits, capitals, run, longest) = (0, 0, 0, 0)
    for index in range {
      switch text[index] {
      case 0x30...0x39: (digits, run) = (digits + 1, run + 1)
      case 0x41...0x5A: (capitals, run) = (capitals + 1, run + 1)
      case 0x61...0x7A: run += 1
      default: run = 0
      }
      longest = max(longest, run)
    }
    return digits >= 2 && (capitals >= 2 || longest >= 20) && longest >= 8
  }

  /// The end of a JSON web token: three parts in base64, the first two of them JSON objects.
  private static func webTokenEnd(in text: Span<UInt8>, at start: Int) -> Int? {
    let object = Array("eyJ".utf8)
    guard text.has(object, at: start) else { return nil }
    let header = text.end(of: start) { Alphabet.url.contains($0) }
    guard header - start >= 12, text.has([UInt8(ascii: ".")] + object, at: header) else {
      return nil
    }
    let payload = text.end(of: header + 1) { Alphabet.url.contains($0) }
    guard payload < text.count, text[payload] == UInt8(ascii: ".") else { return payload }
    return text.end(of: payload + 1) { Alphabet.url.contains($0) }
  }
}

extension Span<UInt8> {
  /// Whether `bytes` stand at `index`.
  @inline(__always)
  func has(_ bytes: [UInt8], at index: Int) -> Bool {
    guard index >= 0, count - index >= bytes.count else { return false }
    for offset in bytes.indices where self[index + offset] != bytes[offset] { return false }
    return true
  }

  /// Where the run of bytes from `start` ends.
  @inline(__always)
  func end(of start: Int, while condition: (UInt8) -> Bool) -> Int {
    var index = start
    while index < count, condition(self[index]) { index += 1 }
    return index
  }
}
