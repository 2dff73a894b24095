#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Who may do what with the file or folder at `path`.
func permissions(of path: String) throws -> mode_t {
  var status = stat()
  guard unsafe stat(path, &status) == 0 else { throw MissingFile(path: path) }
  return status.st_mode & 0o777
}

struct MissingFile: Error { var path: String }
