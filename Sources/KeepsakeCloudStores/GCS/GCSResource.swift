internal import KeepsakeJSON
internal import KeepsakeModel
internal import KeepsakeStores

/// What Cloud Storage says of an object, without its content.
struct GCSResource: Sendable, Hashable {
  var name: String
  var byteCount: Int64

  /// A number that no other content of that name has.
  var generation: String

  /// When it was last changed, in nanoseconds since 1970.
  var modified: Int64

  /// The CRC-32C in base64.
  var checksum: String?

  /// The members that are asked for.
  static let fields = "name,size,generation,updated,crc32c"

  init?(_ value: JSONValue) {
    guard let name = value["name"]?.stringValue, let size = value["size"]?.stringValue,
      let byteCount = Int64(size), byteCount >= 0,
      let generation = value["generation"]?.stringValue
    else { return nil }
    (self.name, self.byteCount, self.generation) = (name, byteCount, generation)
    modified = value["updated"]?.stringValue.flatMap { Timestamp($0) }?.nanoseconds ?? 0
    checksum = value["crc32c"]?.stringValue
  }

  init?(_ body: [UInt8]) {
    guard let value = Self.json(body) else { return nil }
    self.init(value)
  }

  static func json(_ body: [UInt8]) -> JSONValue? {
    try? JSONCursor.read(body.span) { cursor throws(JSONError) in try cursor.value() }
  }

  /// As the object at `key`.
  func object(_ key: String) -> StoredObject {
    StoredObject(
      key: key, byteCount: byteCount, modified: modified, version: ObjectVersion(generation))
  }
}
