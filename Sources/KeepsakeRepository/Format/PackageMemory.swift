internal import KeepsakeJSON
internal import KeepsakeModel
internal import Synchronization

/// The packages of the experiment that was read last: mostly also those of the next one, which then
/// needs neither time nor memory for them.
package final class PackageMemory: Sendable {
  private struct Entry {
    var json: [UInt8] = []
    var values = NamedValues()
  }

  private let last = Mutex(Entry())

  /// No packages yet.
  package init() {}

  /// The packages at the position, read by `read` unless they are those of before.
  func values(
    _ cursor: inout JSONCursor,
    read: (inout JSONCursor) throws(JSONError) -> NamedValues
  ) throws(JSONError) -> NamedValues {
    let known = last.withLock { $0 }
    if cursor.skip(known.json) { return known.values }
    let start = cursor.offset
    let isObject = try cursor.kind() == .object
    let values = try read(&cursor)
    if isObject {
      let entry = Entry(json: cursor.bytes(start..<cursor.offset), values: values)
      last.withLock { $0 = entry }
    }
    return values
  }
}
