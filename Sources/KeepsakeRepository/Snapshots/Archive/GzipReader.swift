/// Decompresses a gzip file, of one member or several, piece by piece.
struct GzipReader: ~Copyable {
  /// What was decompressed last: the first `count` bytes.
  private(set) var output = [UInt8](repeating: 0, count: 256 << 10)
  private(set) var count = 0

  /// Whether something follows the last member that is not gzip. It is not read.
  private(set) var hasGarbageAtEnd = false

  private let file: FileDescriptor?
  private var input: [UInt8]
  private var unread: Range<Int>
  private var inflater = Inflater()
  private var isInsideMember = false
  private var isEnded = false
  private var hasMember = false

  /// Why a stream cannot be read on.
  enum Failure: Error {
    case system(SystemError)
    case corrupt(String)
  }

  init(path: String) throws(SystemError) {
    file = try FileDescriptor(path: path, .read, followsLink: true)
    input = [UInt8](repeating: 0, count: 128 << 10)
    unread = 0..<0
  }

  init(bytes: [UInt8]) {
    file = nil
    input = bytes
    unread = 0..<bytes.count
  }

  /// Decompresses the next piece to `output`; false at the end of the file.
  mutating func read() throws(Failure) -> Bool {
    count = 0
    while count == 0 {
      if isEnded { return false }
      if unread.isEmpty, try !refill() {
        if isInsideMember { throw .corrupt("it ends in the middle") }
        if !hasMember { throw .corrupt("it is empty") }
        isEnded = true
        return false
      }
      if !isInsideMember {
        if hasMember {
          // Zeros may fill up the file; anything else that is no member is none of ours.
          let rest = input[unread].drop { $0 == 0 }
          unread = rest.startIndex..<rest.endIndex
          if rest.isEmpty { continue }
          if rest.first != 0x1F {
            isEnded = true
            hasGarbageAtEnd = true
            return false
          }
        }
        isInsideMember = true
      }
      let step = inflater.inflate(input, unread, to: &output)
      unread = (unread.lowerBound + step.used)..<unread.upperBound
      count = step.made
      switch step.outcome {
      case .more: break
      case .endOfMember:
        inflater.reset()
        isInsideMember = false
        hasMember = true
      case .corrupt:
        throw .corrupt(
          hasMember || count > 0 ? "its compressed data is damaged" : "it is not gzip, or damaged")
      }
    }
    return true
  }

  private mutating func refill() throws(Failure) -> Bool {
    do {
      guard let count = try file?.read(into: &input, at: 0, count: input.count) else {
        return false
      }
      unread = 0..<count
      return count > 0
    } catch {
      throw .system(error)
    }
  }
}
