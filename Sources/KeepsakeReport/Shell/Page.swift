/// The content of a page: what the names of its template stand for.
struct Page: Sendable {
  /// The page's kind, which decides the template.
  let kind: PageKind

  /// The flags that are true.
  private(set) var flags: Set<String> = []

  /// Finished bytes by name.
  private(set) var slots: [String: [UInt8]] = [:]

  init(_ kind: PageKind) { self.kind = kind }

  /// Sets a flag.
  mutating func set(_ flag: String, _ isTrue: Bool = true) {
    precondition(kind.flags.contains(flag), "\(kind) pages have no flag \(flag)")
    if isTrue { flags.insert(flag) }
  }

  /// Sets a name to text, which is escaped here.
  mutating func set(_ slot: String, text: String) {
    var buffer = ByteBuffer()
    buffer.append(text: text)
    set(slot, markup: buffer)
  }

  /// Sets a name to markup that this module made.
  mutating func set(_ slot: String, markup: ByteBuffer) {
    precondition(kind.slots.contains(slot), "\(kind) pages have no slot \(slot)")
    slots[slot] = markup.bytes
  }
}
