// wholeRegisters.c, for LD_PRELOAD of Debian's user-mode kernel: it gives back as many bytes of a process's extended registers
// as it was given, and a kernel of the host with AMX gives less than it takes back (PTRACE_SETREGSET of NT_X86_XSTATE fails
// with EFAULT unless it is whole). The rest is what no process of the tests has in use: zeros.
#define _GNU_SOURCE
#include <cpuid.h>
#include <dlfcn.h>
#include <elf.h>
#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>

static long (*next)(int, ...);
static char whole[64 * 1024] __attribute__((aligned(64)));

__attribute__((constructor)) static void find_next(void) {
	next = (long (*)(int, ...))dlsym(RTLD_NEXT, "ptrace");
}

long ptrace(enum __ptrace_request request, ...) {
	va_list rest;
	va_start(rest, request);
	long pid = va_arg(rest, long);
	void *address = va_arg(rest, void *);
	void *data = va_arg(rest, void *);
	va_end(rest);
	long result = next(request, pid, address, data);
	if (result == 0 || errno != EFAULT || request != PTRACE_SETREGSET || (long)address != NT_X86_XSTATE) {
		return result;
	}
	const struct iovec *given = data;
	unsigned size, most, unused;
	__cpuid_count(0xd, 0, unused, size, most, unused);
	if (size > sizeof whole || given->iov_len > size) {
		return result;
	}
	memset(whole, 0, size);
	memcpy(whole, given->iov_base, given->iov_len);
	struct iovec all = {whole, size};
	return next(request, pid, address, &all);
}
