#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Glibc
#endif

/// A local file that is sent or received in parts, by several tasks at once.
package final class TransferFile: Sendable {
  /// Where the file is.
  package let path: String

  private let file: FileHandle

  /// Opens the regular file at `path` to read it.
  package init(reading path: String) throws(StoreError) {
    self.path = path
    do throws(POSIXError) {
      file = try FileHandle(reading: path)
    } catch {
      throw error.storeError("cannot read \(path)", path: path)
    }
  }

  /// Makes a file that only this user can read; there must be none at `path`. Its lock tells that
  /// this process uses it.
  package init(creating path: String) throws(StoreError) {
    self.path = path
    do throws(POSIXError) {
      file = try FileHandle(path, O_RDWR | O_CREAT | O_EXCL, mode: 0o600)
    } catch {
      throw error.storeError("cannot write \(path)", path: path)
    }
    _ = file.tryLock()
  }

  /// Its present size in bytes.
  package var byteCount: Int64 {
    get throws(StoreError) {
      do throws(POSIXError) {
        return Int64(try file.status().st_size)
      } catch {
        throw error.storeError("cannot read \(path)", path: path)
      }
    }
  }

  /// Bytes `range`; fewer only at the end of the file. Blocks.
  package func read(_ range: Range<Int64>) throws(StoreError) -> [UInt8] {
    var failure: StoreError?
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: Int(range.count)) { buffer, count in
      do throws(StoreError) {
        count = unsafe try read(into: UnsafeMutableRawBufferPointer(buffer), at: range.lowerBound)
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return bytes
  }

  /// Fills `buffer` from `offset` on, up to the end of the file. Blocks.
  ///
  /// - Returns: how many bytes were read.
  package func read(
    into buffer: UnsafeMutableRawBufferPointer, at offset: Int64
  ) throws(StoreError) -> Int {
    do throws(POSIXError) {
      return unsafe try file.read(into: buffer, at: offset)
    } catch {
      throw error.storeError("cannot read \(path)", path: path)
    }
  }

  /// Writes all of `bytes` from `offset` on. Blocks.
  package func write(_ bytes: [UInt8], at offset: Int64) throws(StoreError) {
    do throws(POSIXError) {
      try file.write(bytes, at: offset)
    } catch {
      throw error.storeError("cannot write \(path)", path: path)
    }
  }

  /// Removes the file's name; what is open stays readable.
  package func remove() { _ = unsafe unlink(path) }

  /// Removes the files in `folder`, made at paths from ``ScratchFolder/newFile(in:)``, whose process
  /// ended without doing so. Blocks.
  package static func removeAbandoned(in folder: String) {
    for entry in (try? Platform.entries(of: folder)) ?? [] {
      let parts = entry.name.split(separator: "-")
      guard !entry.isFolder, parts.count == 2, parts.allSatisfy({ UInt64($0) != nil }),
        let file = try? FileHandle("\(folder)/\(entry.name)", O_RDONLY | O_NOFOLLOW | O_NONBLOCK),
        // One that was made just now may not be locked yet.
        let status = try? file.status(), file.tryLock(),
        Int64(time(nil)) - DiskStore.describe("", status).modified / 1_000_000_000 > 60
      else { continue }
      _ = unsafe unlink("\(folder)/\(entry.name)")
    }
  }
}
