/// An option of a program known to take a password: `-p` is one for `mysql`, and a port or a
/// precision for others.
struct PasswordOption: Sendable {
  /// Where the value stands.
  enum Place: Sendable {
    /// `-pVALUE`
    case attached
    /// `-p VALUE`, for long options also `--auth=VALUE`
    case next
    case either
  }

  private let name: [UInt8]
  private let place: Place
  /// What must stand in the value for it to hold a password: `user:password`.
  private let separator: UInt8?

  private init(_ name: StaticString, _ place: Place, with separator: UInt8? = nil) {
    self.name = Array("\(name)".utf8)
    self.place = place
    self.separator = separator
  }

  /// A program, what it must be told to do, and what then takes a password.
  struct Program: Sendable {
    let name: [UInt8]
    fileprivate let verb: [UInt8]
    fileprivate let options: [PasswordOption]
    /// Whether another command follows its options.
    fileprivate let runsOther: Bool

    fileprivate init(
      _ name: String, verb: StaticString = "", runsOther: Bool = false, _ options: [PasswordOption]
    ) {
      self.name = Array(name.utf8)
      self.verb = Array("\(verb)".utf8)
      self.runsOther = runsOther
      self.options = options
    }
  }

  private static let colon = UInt8(ascii: ":")

  private static let programs: [Program] =
    // `mysql -p x` asks for the password and opens x.
    [
      "mysql", "mysqldump", "mysqladmin", "mysqlimport", "mysqlcheck", "mysqlshow", "mysqlbinlog",
      "mariadb", "mariadb-dump", "mariadb-admin", "mycli", "7z", "7za",
    ].map { Program($0, [PasswordOption("-p", .attached)]) }
    + ["mongo", "mongosh", "mongodump", "mongorestore", "mongoexport", "cqlsh"].map {
      Program($0, [PasswordOption("-p", .either)])
    }
    + ["docker", "podman", "buildah", "nerdctl", "helm", "oc", "az"].map {
      Program($0, verb: "login", [PasswordOption("-p", .either)])
    }
    + ["sqlcmd", "bcp", "mosquitto_pub", "mosquitto_sub", "zip", "unzip"].map {
      Program($0, [PasswordOption("-P", .either)])
    }
    + ["ldapsearch", "ldapadd", "ldapmodify", "ldapdelete", "ldapwhoami"].map {
      Program($0, [PasswordOption("-w", .either)])
    }
    + ["http", "https", "xh"].map {
      Program($0, [PasswordOption("-a", .either), PasswordOption("--auth", .next)])
    }
    + [
      Program("sshpass", runsOther: true, [PasswordOption("-p", .either)]),
      Program("redis-cli", [PasswordOption("-a", .next), PasswordOption("--pass", .next)]),
      Program(
        "curl",
        [
          PasswordOption("-u", .either, with: colon),
          PasswordOption("-U", .either, with: colon),
          PasswordOption("--proxy-user", .next, with: colon),
        ]),
      Program("wget", [PasswordOption("--user", .next, with: colon)]),
      Program("lftp", [PasswordOption("-u", .either, with: UInt8(ascii: ","))]),
      Program(
        "smbclient",
        [
          PasswordOption("-U", .either, with: UInt8(ascii: "%")),
          PasswordOption("--user", .next, with: UInt8(ascii: "%")),
        ]),
      Program(
        "openssl",
        [
          PasswordOption("-passin", .next, with: colon),
          PasswordOption("-passout", .next, with: colon), PasswordOption("-k", .next),
        ]),
    ]

  private static let byFirstByte: [[Program]] = {
    var table = [[Program]](repeating: [], count: 128)
    for program in programs { table[Int(program.name[0])].append(program) }
    return table
  }()

  /// The program whose name is the word at `start`.
  static func program(in text: Span<UInt8>, at start: Int) -> Program? {
    for program in byFirstByte[Int(text[start])] {
      let end = start + program.name.count
      if end < text.count, isBlank(text[end]), text.has(program.name, at: start) { return program }
    }
    return nil
  }
}

extension PasswordOption.Program {
  /// The places of passwords among the words that follow the program's name, which ends at `start`.
  func passwords(in text: Span<UInt8>, after start: Int) -> [Range<Int>] {
    var found: [Range<Int>] = []
    var isTold = verb.isEmpty
    var expected: PasswordOption?
    var position = start
    while let word = PasswordOption.word(in: text, from: position) {
      position = word.upperBound
      if let option = expected {
        if option.accepts(text, word) { found.append(word) }
        expected = nil
        continue
      }
      if runsOther, text[word.lowerBound] != UInt8(ascii: "-") { break }
      if !isTold {
        isTold = word.count == verb.count && text.has(verb, at: word.lowerBound)
        continue
      }
      for option in options {
        switch option.match(text, PasswordOption.unquoted(text, word)) {
        case .next: expected = option
        case .here(let value): if option.accepts(text, value) { found.append(value) }
        case nil: continue
        }
        break
      }
    }
    return found
  }
}

extension PasswordOption {
  fileprivate enum Match {
    case next
    case here(Range<Int>)
  }

  fileprivate func match(_ text: Span<UInt8>, _ word: Range<Int>) -> Match? {
    guard word.count >= name.count, text.has(name, at: word.lowerBound) else { return nil }
    let end = word.lowerBound + name.count
    if end == word.upperBound { return place == .attached ? nil : .next }
    if name.count == 2 { return place == .next ? nil : .here(end..<word.upperBound) }
    return text[end] == UInt8(ascii: "=") ? .here(end + 1..<word.upperBound) : nil
  }

  /// Whether a value is a password and no variable, mark or option.
  fileprivate func accepts(_ text: Span<UInt8>, _ value: Range<Int>) -> Bool {
    let inner = Self.unquoted(text, value)
    guard !inner.isEmpty, !"-$<{".utf8.contains(text[inner.lowerBound]) else { return false }
    if text.has(Redactor.markBytes, at: inner.lowerBound) { return false }
    guard let separator else { return true }
    return inner.contains { text[$0] == separator }
  }

  /// A word without the quotes around it.
  fileprivate static func unquoted(_ text: Span<UInt8>, _ word: Range<Int>) -> Range<Int> {
    guard word.count >= 2, isQuote(text[word.lowerBound]),
      text[word.upperBound - 1] == text[word.lowerBound]
    else { return word }
    return word.lowerBound + 1..<word.upperBound - 1
  }

  /// The next word of a command, quotes and all; `nil` where the command ends.
  fileprivate static func word(in text: Span<UInt8>, from start: Int) -> Range<Int>? {
    var begin = start
    while begin < text.count {
      if isBlank(text[begin]) {
        begin += 1
      } else if text[begin] == UInt8(ascii: "\\"), begin + 1 < text.count, text[begin + 1] == 0x0A {
        begin += 2
      } else {
        break
      }
    }
    var index = begin
    var quote: UInt8 = 0
    scan: while index < text.count {
      let byte = text[index]
      switch byte {
      case 0x0A: break scan
      case _ where quote != 0: if byte == quote { quote = 0 }
      case UInt8(ascii: "'"), UInt8(ascii: "\""): quote = byte
      case UInt8(ascii: "\\"): index += 1
      case 0x09, 0x20, UInt8(ascii: "|"), UInt8(ascii: ";"), UInt8(ascii: "&"), UInt8(ascii: ")"),
        UInt8(ascii: "`"):
        break scan
      default: break
      }
      index += 1
    }
    let end = min(index, text.count)
    return end > begin ? begin..<end : nil
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

  private static func isQuote(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"")
  }
}
