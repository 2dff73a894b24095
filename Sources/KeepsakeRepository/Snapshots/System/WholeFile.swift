/// Reads files as a whole.
enum WholeFile {
  /// The content of the file at `path`; an error above `limit` bytes.
  static func read(_ path: String, limit: Int) throws(SystemError) -> [UInt8] {
    let file = try FileDescriptor(path: path, .read, followsLink: true)
    let status = try file.status()
    guard status.kind == .regular else {
      throw status.kind == .folder ? .isDirectory : .invalid
    }
    guard status.byteCount <= Int64(limit) else { throw .tooLarge }
    var bytes = [UInt8](repeating: 0, count: Int(status.byteCount) + 1)
    var count = 0
    while count < bytes.count {
      let read = try file.read(into: &bytes, at: count, count: bytes.count - count)
      if read == 0 { break }
      count += read
    }
    bytes.removeLast(bytes.count - count)
    return bytes
  }
}
