/// Finds what looks like a secret in a text: credentials of known shape, values with a telling
/// name, passwords in URLs, private keys.
///
/// One pass over the bytes; it stops only at the beginning of words and at `:`, `=` and `-`.
struct SecretFinder {
  /// What a text is, which decides how much doubt is enough.
  enum Style: Sendable {
    /// A shell command: `--password 'a b'`.
    case command
    /// A param, a URL, a version: anything with a telling name before it is withheld.
    case value
    /// Notes and program code: a value must look like one, because `token = tokens[i]` does not.
    case prose
  }

  private let style: Style
  private(set) var found: [Range<Int>] = []

  private init(_ style: Style) { self.style = style }

  /// The secrets' places in the UTF-8 of `text`, ascending and apart.
  static func secrets(in text: Span<UInt8>, style: Style) -> [Range<Int>] {
    // The shortest are like `pwd=ab`.
    guard text.count >= 6 else { return [] }
    var finder = SecretFinder(style)
    finder.scan(text)
    return finder.found
  }

  private mutating func scan(_ text: Span<UInt8>) {
    var index = 0
    var isInWord = false
    var programs: [(PasswordOption.Program, end: Int)] = []
    while index < text.count {
      let byte = text[index]
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A:
        if !isInWord {
          if let end = TokenPattern.end(in: text, at: index) ?? Self.webhookEnd(text, at: index) {
            index = add(index..<end)
            continue
          }
          if let program = PasswordOption.program(in: text, at: index) {
            programs.append((program, index + program.name.count))
          }
          isInWord = true
        }
        index += 1
      case UInt8(ascii: ":"), UInt8(ascii: "="):
        isInWord = false
        if text.has(Self.slashes, at: index + 1), byte == UInt8(ascii: ":") {
          if let userinfo = Self.userinfo(text, from: index + 3) {
            index = add(userinfo)
            continue
          }
        } else if let value = assigned(text, at: index) {
          index = add(value)
          continue
        }
        index += 1
      case UInt8(ascii: "-"):
        isInWord = false
        let isStart = index == 0 || !Self.isNameByte(text[index - 1])
        if isStart, let key = Self.privateKey(text, at: index) {
          index = add(key)
        } else if isStart, let value = optionValue(text, at: index) {
          index = add(value)
        } else {
          index += 1
        }
      case UInt8(ascii: "/"), UInt8(ascii: "+"):
        isInWord = false
        index += 1
      default:
        isInWord = false
        index += 1
      }
    }
    for (program, end) in programs { add(program.passwords(in: text, after: end)) }
    addAmazonSecrets(text)
  }

  /// Adds secrets that were looked for beside the others.
  private mutating func add(_ ranges: [Range<Int>]) {
    let new = ranges.filter { range in !found.contains { $0.overlaps(range) } }
    guard !new.isEmpty else { return }
    found += new
    found.sort { $0.lowerBound < $1.lowerBound }
  }

  /// Notes a secret; returns where to go on.
  private mutating func add(_ range: Range<Int>) -> Int {
    if !range.isEmpty { found.append(range) }
    return range.upperBound
  }

  // MARK: Names and values

  /// The value behind the `:` or `=` at `index`, where the name before it is telling.
  private func assigned(_ text: Span<UInt8>, at index: Int) -> Range<Int>? {
    let isColon = text[index] == UInt8(ascii: ":")
    var end = index
    while end > 0, Self.isBlank(text[end - 1]) { end -= 1 }
    let hasSpace = end < index
    // `"password":`, `["password"] =`, `\"password\":`
    while end > 0, Self.closers.contains(text[end - 1]) { end -= 1 }
    var start = end
    while start > 0, end - start < 64, Self.isNameByte(text[start - 1]) { start -= 1 }
    guard end - start >= 3 else { return nil }
    // Signed URLs are passwords too.
    let isSignature =
      start > 0 && !isColon && !hasSpace
      && (text[start - 1] == UInt8(ascii: "?") || text[start - 1] == UInt8(ascii: "&"))
      && Self.isSignature(text, start..<end)
    let name = isSignature ? .telling : SecretName(text, start..<end)
    if name == .harmless { return nil }
    var begin = index + 1
    while begin < text.count, text[begin] == UInt8(ascii: "=") || text[begin] == UInt8(ascii: ">") {
      begin += 1
    }
    begin = text.end(of: begin, while: Self.isBlank)
    if style == .command, begin == index + 1 {
      return accepted(text, wordFrom: begin, openedBefore: start)
    }
    begin = Self.afterScheme(text, begin)
    let isQuery =
      start > 0 && !isColon && !hasSpace && "?&".utf8.contains(text[start - 1])
    return accepted(
      text, valueFrom: begin, name: name, isLoose: isColon || hasSpace, isQuery: isQuery)
  }

  /// The word behind `--password ` at `index`.
  private func optionValue(_ text: Span<UInt8>, at index: Int) -> Range<Int>? {
    let start = text.end(of: index) { $0 == UInt8(ascii: "-") }
    guard start - index <= 2 else { return nil }
    let end = text.end(of: start, while: Self.isNameByte)
    guard end < text.count, Self.isBlank(text[end]) else { return nil }
    let name = SecretName(text, start..<end)
    let isUser = style == .command && Self.isUserOption(text, start..<end)
    if name == .harmless, !isUser { return nil }
    let begin = text.end(of: end, while: Self.isBlank)
    guard begin < text.count, text[begin] != UInt8(ascii: "-") else { return nil }
    if style == .command {
      let word = accepted(text, wordFrom: begin, openedBefore: begin)
      // A name alone is no secret.
      return word.flatMap { isUser && !text.string($0).contains(":") ? nil : $0 }
    }
    return accepted(text, valueFrom: begin, name: name, isLoose: style == .prose)
  }

  /// Whether an option is `curl -u name:password`.
  private static func isUserOption(_ text: Span<UInt8>, _ range: Range<Int>) -> Bool {
    let name = text.string(range)
    return name == "u" || name == "user"
  }

  /// The rest of a shell word, quotes and all.
  private func accepted(
    _ text: Span<UInt8>, wordFrom begin: Int, openedBefore start: Int
  ) -> Range<Int>? {
    var quote: UInt8 = 0
    // `'--password=a b'`: the quote stands before the option.
    var first = start
    while first > 0, text[first - 1] == UInt8(ascii: "-") { first -= 1 }
    if first > 0, text[first - 1] == UInt8(ascii: "'") || text[first - 1] == UInt8(ascii: "\"") {
      quote = text[first - 1]
    }
    let opened = quote
    var index = begin
    while index < text.count {
      let byte = text[index]
      if quote != 0 {
        if byte == quote { quote = 0 }
      } else if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") {
        quote = byte
      } else if byte == UInt8(ascii: "\\") {
        index += 1
      } else if Self.isBlank(byte) || byte == 0x0A {
        break
      }
      index += 1
    }
    var end = min(index, text.count)
    if opened != 0, end > begin, text[end - 1] == opened { end -= 1 }
    return end > begin && !Self.isMark(text, begin..<end) ? begin..<end : nil
  }

  /// The value that begins at `begin`, quoted or not.
  private func accepted(
    _ text: Span<UInt8>, valueFrom begin: Int, name: SecretName, isLoose: Bool,
    isQuery: Bool = false
  ) -> Range<Int>? {
    var start = begin
    // The prefixes of Python's string literals.
    if start + 1 < text.count, "bfruBFRU".utf8.contains(text[start]),
      text[start + 1] == UInt8(ascii: "\"") || text[start + 1] == UInt8(ascii: "'")
    {
      start += 1
    }
    let isEscaped = start < text.count && text[start] == UInt8(ascii: "\\")
    let mark = isEscaped ? start + 1 : start
    guard mark < text.count else { return nil }
    let quote = text[mark]
    if Self.quotes.contains(quote) {
      let isTriple = text.has([quote, quote, quote], at: mark)
      let inner = isTriple ? mark + 3 : mark + 1
      let end = text.end(of: inner) { $0 != quote && (isTriple || $0 != 0x0A) }
      if end < text.count, text[end] == quote || isTriple {
        let range = inner..<(isEscaped && end > inner ? end - 1 : end)
        return isValue(text, range, name: name, isQuoted: true) ? range : nil
      }
      if style == .prose { return nil }
    }
    let style = style
    let end = text.end(of: start) { byte in
      if byte <= 0x20 || Self.quotes.contains(byte) || byte == UInt8(ascii: "&") { return false }
      // `[link](https://host/?token=x)`
      if isQuery, byte == UInt8(ascii: ")") || byte == UInt8(ascii: "#") { return false }
      return style != .prose || !",;<>|".utf8.contains(byte)
    }
    var range = start..<end
    // `(password: x)` in a sentence.
    if style == .prose, end > start, text[end - 1] == UInt8(ascii: "."), isLoose {
      range = start..<(end - 1)
    }
    guard isValue(text, range, name: name, isQuoted: false) else { return nil }
    if style == .prose, isLoose, !isLastOnLine(text, range), !Self.isMixed(text, range) {
      return nil
    }
    return range
  }

  /// Whether a text in the place of a secret is one, not a stand-in for it.
  private func isValue(
    _ text: Span<UInt8>, _ range: Range<Int>, name: SecretName, isQuoted: Bool
  ) -> Bool {
    guard !range.isEmpty, !Self.isMark(text, range) else { return false }
    let word = text.string(range)
    if Self.standIns.contains(word.lowercased()) { return false }
    let bytes = word.utf8
    if bytes.allSatisfy({ "*.xX•".utf8.contains($0) }) { return false }
    guard style == .prose else { return true }
    if bytes.first == UInt8(ascii: "$") || bytes.first == UInt8(ascii: "<") { return false }
    if word.hasPrefix("{{") || word.hasPrefix("${") { return false }
    if name == .ambiguous {
      return bytes.count >= 8 && Self.isMixed(text, range)
        && !bytes.contains { " ()[]{}<>".utf8.contains($0) }
    }
    if isQuoted { return true }
    // Program code: a call, an index, a member, a variable of the same meaning, a type.
    if bytes.contains(where: { "()[]{}".utf8.contains($0) }) { return false }
    let hasDigit = bytes.contains { $0 >= 0x30 && $0 <= 0x39 }
    if bytes.contains(UInt8(ascii: ".")), !hasDigit { return false }
    return hasDigit || SecretName(word) == .harmless
  }

  private func isLastOnLine(_ text: Span<UInt8>, _ range: Range<Int>) -> Bool {
    let next = text.end(of: range.upperBound, while: Self.isBlank)
    return next == text.count || text[next] == 0x0A || text[next] == 0x0D || text[next] == 0x23
  }

  // MARK: Other shapes

  /// What stands before the `@` of a URL whose host should begin at `start`, where that is a
  /// password or a token.
  private static func userinfo(_ text: Span<UInt8>, from start: Int) -> Range<Int>? {
    var (at, colon, slash): (Int?, Int?, Int?) = (nil, nil, nil)
    var index = start
    scan: while index < text.count {
      switch text[index] {
      case 0...0x20, UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`"), UInt8(ascii: "<"),
        UInt8(ascii: ">"), UInt8(ascii: ")"):
        break scan
      case UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "#"):
        if slash == nil { slash = index }
      case UInt8(ascii: ":"): if colon == nil, slash == nil { colon = index }
      case UInt8(ascii: "@"): if slash == nil || isPassword(text, colon, slash) { at = index }
      default: break
      }
      index += 1
    }
    guard let at, !isMark(text, start..<at) else { return nil }
    guard let colon, colon < at else {
      // A user's name alone is none, a long one with digits is a token.
      return at - start >= 20 && isMixed(text, start..<at) ? start..<at : nil
    }
    return at > colon + 1 ? start..<at : nil
  }

  /// Whether what stands between a colon and a slash is no port: a password with a slash in it.
  private static func isPassword(_ text: Span<UInt8>, _ colon: Int?, _ slash: Int?) -> Bool {
    guard let colon, let slash, slash > colon + 1 else { return false }
    for index in colon + 1..<slash where text[index] < 0x30 || text[index] > 0x39 { return true }
    return false
  }

  /// The text from `-----BEGIN … PRIVATE KEY` to the end of the key.
  private static func privateKey(_ text: Span<UInt8>, at start: Int) -> Range<Int>? {
    guard text.has(beginning, at: start) else { return nil }
    let limit = min(text.count, start + 80)
    var label = start + beginning.count
    while label < limit, !text.has(privateWords, at: label) { label += 1 }
    guard label < limit else { return nil }
    var end = label + privateWords.count
    while end < text.count, !text.has(ending, at: end) { end += 1 }
    guard end < text.count else { return start..<text.count }
    end = text.end(of: end + ending.count) { $0 != UInt8(ascii: "-") && $0 != 0x0A }
    return start..<text.end(of: end) { $0 == UInt8(ascii: "-") }
  }

  /// The end of a web hook's address, which is all that is needed to use it.
  private static func webhookEnd(_ text: Span<UInt8>, at start: Int) -> Int? {
    guard text[start] == UInt8(ascii: "h") || text[start] == UInt8(ascii: "d") else { return nil }
    for host in webhooks where text.has(host, at: start) {
      let end = text.end(of: start + host.count) {
        TokenPattern.Alphabet.url.contains($0) || $0 == UInt8(ascii: "/")
      }
      return end - start - host.count >= 16 ? end : nil
    }
    return nil
  }

  /// Adds runs of 40 digits in base64 near the word secret: Amazon's secret keys look like nothing
  /// else does.
  private mutating func addAmazonSecrets(_ text: Span<UInt8>) {
    guard text.count >= 47 else { return }
    var index = 0
    var lastSecret: Int?
    var added: [Range<Int>] = []
    while index < text.count {
      guard Self.isBase64(text[index]) else {
        index += 1
        continue
      }
      let end = text.end(of: index, while: Self.isBase64)
      if end - index == 40, let lastSecret, index - lastSecret <= 48,
        Self.hasAllKinds(text, index..<end)
      {
        added.append(index..<end)
      } else {
        for place in index..<end where text[place] | 0x20 == UInt8(ascii: "s") {
          if end - place >= 6, Self.isSecretWord(text, at: place) { lastSecret = place }
        }
      }
      index = end
    }
    add(added)
  }
}

// MARK: Bytes

extension SecretFinder {
  private static let slashes = Array("//".utf8)
  private static let beginning = Array("-----BEGIN ".utf8)
  private static let privateWords = Array("PRIVATE KEY".utf8)
  private static let ending = Array("-----END ".utf8)
  private static let secretWord = Array("secret".utf8)
  private static let webhooks = [
    "hooks.slack.com/services/", "discord.com/api/webhooks/", "discordapp.com/api/webhooks/",
  ].map { Array($0.utf8) }
  private static let quotes = Array("\"'`".utf8)
  private static let closers = Array("\"'`]\\*".utf8)
  private static let schemes = ["bearer", "basic", "token"].map { Array($0.utf8) }
  private static let standIns: Set<String> = [
    "none", "null", "nil", "true", "false", "undefined", "str", "string", "bytes", "any", "int",
    "optional", "secretstr", "changeme", "...",
  ]

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F, 0x2D, 0x2E: true
    default: false
    }
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

  private static func isBase64(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2B, 0x2F: true
    default: false
    }
  }

  private static func hasAllKinds(_ text: Span<UInt8>, _ range: Range<Int>) -> Bool {
    var (digit, capital, small) = (false, false, false)
    for index in range {
      switch text[index] {
      case 0x30...0x39: digit = true
      case 0x41...0x5A: capital = true
      case 0x61...0x7A: small = true
      default: break
      }
    }
    return digit && capital && small
  }

  /// Whether there are letters and digits: not a word of a language.
  private static func isMixed(_ text: Span<UInt8>, _ range: Range<Int>) -> Bool {
    var (digit, letter) = (false, false)
    for index in range {
      let byte = text[index]
      if byte >= 0x30, byte <= 0x39 { digit = true }
      if byte | 0x20 >= 0x61, byte | 0x20 <= 0x7A { letter = true }
    }
    return digit && letter
  }

  private static func isSecretWord(_ text: Span<UInt8>, at start: Int) -> Bool {
    for offset in secretWord.indices where text[start + offset] | 0x20 != secretWord[offset] {
      return false
    }
    return true
  }

  private static func isSignature(_ text: Span<UInt8>, _ range: Range<Int>) -> Bool {
    let name = text.string(range).lowercased()
    return name == "sig" || name == "signature" || name.hasSuffix("-signature")
  }

  private static func isMark(_ text: Span<UInt8>, _ range: Range<Int>) -> Bool {
    range.count == Redactor.markBytes.count && text.has(Redactor.markBytes, at: range.lowerBound)
  }

  /// The place after `Bearer `, or `start`.
  private static func afterScheme(_ text: Span<UInt8>, _ start: Int) -> Int {
    for scheme in schemes where start + scheme.count < text.count {
      guard isBlank(text[start + scheme.count]) else { continue }
      let isScheme = scheme.indices.allSatisfy { text[start + $0] | 0x20 == scheme[$0] }
      if isScheme { return text.end(of: start + scheme.count, while: isBlank) }
    }
    return start
  }
}

extension Span<UInt8> {
  /// The bytes of a range as text.
  func string(_ range: Range<Int>) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(range.count)
    for index in range { bytes.append(self[index]) }
    return String(decoding: bytes, as: UTF8.self)
  }
}
