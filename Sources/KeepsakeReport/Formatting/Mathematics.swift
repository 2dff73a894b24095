#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

// The functions that the standard library lacks; the only place that imports the C library.

/// `base` to the power of `exponent`.
func power(_ base: Double, _ exponent: Double) -> Double { pow(base, exponent) }

/// The logarithm of `value` to the base 10.
func logarithm(_ value: Double) -> Double { log10(value) }
