/// What a name says about its value: `api_key` names a secret, `max_tokens` does not.
enum SecretName: Sendable, Hashable {
  /// The value is as good as any other.
  case harmless
  /// Named `token`: a secret, or a piece of text in a language model.
  case ambiguous
  /// The value is secret, whatever it looks like.
  case telling

  /// Judges a name by its words: `AWS_SECRET_ACCESS_KEY`, `dbPassword`, `hub-token`.
  init(_ name: String) { self.init(name.utf8Span.span, 0..<name.utf8.count) }

  /// Judges the name at a place in a text.
  init(_ text: Span<UInt8>, _ range: Range<Int>) {
    guard range.count >= 3 else {
      self = .harmless
      return
    }
    self.init(words: Self.words(text, range))
  }

  private init(words: [String]) {
    self = .harmless
    for (index, word) in words.enumerated() {
      let verdict = Self.verdict(on: word, after: index > 0 ? words[index - 1] : "")
      guard verdict != .harmless else { continue }
      let rest = words[(index + 1)...]
      if let next = rest.first {
        // `token_count` counts, `secret_name` and `password_file` point elsewhere.
        if verdict == .ambiguous || Self.aspects.contains(next) { continue }
      }
      if verdict == .telling {
        self = .telling
        return
      }
      self = .ambiguous
    }
  }

  private static func verdict(on word: String, after previous: String) -> SecretName {
    if secrets.contains(word) { return .telling }
    switch word {
    case "key", "keys": return keyKinds.contains(previous) ? .telling : .harmless
    case "pass": return passKinds.contains(previous) ? .telling : .harmless
    // Alone it is the working directory at times, whose path is no loss.
    case "pwd": return .telling
    case "auth": return previous == "rediscli" ? .telling : .harmless
    case "token":
      if tokenKinds.contains(previous) { return .telling }
      return pieces.contains(previous) ? .harmless : .ambiguous
    default: return .harmless
    }
  }

  private static let secrets: Set<String> = [
    "password", "passwords", "passwd", "passphrase", "passcode", "secret", "secrets", "credential",
    "credentials", "apikey", "apikeys", "apitoken", "authtoken", "accesstoken", "accesskey",
    "secretkey", "privatekey", "authorization", "bearer", "pgpassword", "sshpass",
  ]
  private static let keyKinds: Set<String> = [
    "api", "access", "private", "secret", "auth", "account", "encryption", "signing", "ssh",
    "subscription", "license", "master", "service", "storage", "deploy",
  ]
  private static let passKinds: Set<String> = [
    "db", "database", "user", "mysql", "pg", "postgres", "smtp", "redis", "mail", "ftp", "admin",
    "root", "proxy", "login",
  ]
  private static let tokenKinds: Set<String> = [
    "api", "auth", "access", "bearer", "refresh", "hub", "hf", "github", "gh", "gitlab", "slack",
    "bot", "oauth", "session", "security", "secret", "private", "personal", "deploy", "csrf",
    "wandb", "neptune", "comet", "pypi", "npm",
  ]
  /// What stands before `token` where it is a piece of text.
  private static let pieces: Set<String> = [
    "pad", "padding", "eos", "bos", "unk", "unknown", "mask", "sep", "cls", "image", "video",
    "audio", "special", "start", "end", "stop", "begin", "next", "last", "first", "prompt",
    "class", "decoder", "per", "by", "each", "word", "sub", "cost", "loss", "system", "control",
    "extra", "boundary", "blank", "register", "num", "max", "min", "n", "multi", "single", "one",
  ]
  /// What a name goes on with where the value is not the secret itself.
  private static let aspects: Set<String> = [
    "count", "counts", "size", "length", "len", "limit", "id", "ids", "type", "types", "name",
    "names", "path", "paths", "file", "files", "filename", "dir", "directory", "folder", "url",
    "uri", "arn", "ref", "manager", "store", "provider", "policy", "version", "ttl", "lifetime",
    "expiry", "enabled", "required", "field", "env", "var", "prompt", "rotation", "mode", "level",
  ]

  /// The words of a name in lower case, split at signs and where capitals begin.
  private static func words(_ text: Span<UInt8>, _ range: Range<Int>) -> [String] {
    var words: [String] = []
    var word: [UInt8] = []
    func isUpper(_ byte: UInt8) -> Bool { byte >= 0x41 && byte <= 0x5A }
    func isLower(_ byte: UInt8) -> Bool { byte >= 0x61 && byte <= 0x7A }
    func close() {
      if !word.isEmpty { words.append(String(decoding: word, as: UTF8.self)) }
      word.removeAll(keepingCapacity: true)
    }
    for index in range {
      let byte = text[index]
      guard isUpper(byte) || isLower(byte) else {
        // Digits end words: `password2`.
        close()
        continue
      }
      if isUpper(byte), index > range.lowerBound {
        let next = index + 1 < range.upperBound ? text[index + 1] : 0
        if isLower(text[index - 1]) || (isUpper(text[index - 1]) && isLower(next)) { close() }
      }
      word.append(byte | 0x20)
    }
    close()
    return words
  }
}
