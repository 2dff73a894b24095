#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Glibc
#endif
#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif
internal import Keepsake
internal import KeepsakeCloud
internal import KeepsakeCloudStores
internal import KeepsakeModel
internal import KeepsakeRepository
internal import KeepsakeStores

extension Session {
  /// The session of this process.
  static func process() -> Session {
    let environment = ProcessInfo.processInfo.environment
    let cloud = CloudAccess(environment: environment, now: { .now })
    return Session(
      workingDirectory: FileManager.default.currentDirectoryPath, environment: environment,
      output: .descriptor(1), messages: .descriptor(2), input: .standardInput, now: { .now },
      localTime: .process,
      openers: cloud.openers(
        cachedIn: CachingStore.folder(environment: environment), RepositoryLayout.isMetadata),
      recorderOpeners: cloud.with(.patient).openers, requests: { cloud.counter.summary },
      transfers: cloud.meter, host: RunEnvironment.hostName)
  }
}

extension Timestamp {
  /// The present moment.
  static var now: Timestamp {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
  }
}

extension OutputChannel {
  fileprivate static func descriptor(_ descriptor: Int32) -> OutputChannel {
    let isTerminal = isatty(descriptor) != 0
    return OutputChannel(
      isTerminal: isTerminal, columns: isTerminal ? columns(of: descriptor) : 80
    ) { text in
      writeAll(text, to: descriptor)
    }
  }

  private static func columns(of descriptor: Int32) -> Int {
    var size = winsize()
    let request = UInt(TIOCGWINSZ)
    guard unsafe ioctl(descriptor, request, &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }
}

/// Writes text; what cannot be written is lost, because there is nowhere to say so.
private func writeAll(_ text: String, to descriptor: Int32) {
  var text = text
  text.withUTF8 { bytes in
    var done = 0
    while done < bytes.count {
      let count = unsafe write(
        descriptor, bytes.baseAddress?.advanced(by: done), bytes.count - done)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return }
      done += count
    }
  }
}

extension InputChannel {
  fileprivate static var standardInput: InputChannel {
    InputChannel {
      // Byte by byte, so that what follows the line is left for the next reader.
      var bytes: [UInt8] = []
      while let byte = readBytes(1).first {
        if byte == 0x0A { return String(decoding: bytes, as: UTF8.self) }
        bytes.append(byte)
      }
      return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
    } readAll: {
      var all: [UInt8] = []
      while true {
        let bytes = readBytes(65_536)
        if bytes.isEmpty { return all }
        all += bytes
      }
    }
  }

  private static func readBytes(_ count: Int) -> [UInt8] {
    unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      var result: Int
      repeat {
        result = unsafe read(0, buffer.baseAddress, count)
      } while result < 0 && errno == EINTR
      filled = max(0, result)
    }
  }
}
