#include "sha256.h"

enum { BLOCK = 64 };

/* FIPS 180-4, section 4.2.2: fractional parts of the cube roots of the first 64 primes. */
static const uint32_t constants[64] = {
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4,
	0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe,
	0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f,
	0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7,
	0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc,
	0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
	0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116,
	0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
	0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
	0xc67178f2,
};

static uint32_t rotate(uint32_t word, unsigned by)
{
	return word >> by | word << (32 - by);
}

/* Section 6.2.2, step 1. */
static void make_schedule(const uint8_t *block, uint32_t *words)
{
	for (size_t i = 0; i < 16; i++, block += 4)
		words[i] = (uint32_t)block[0] << 24 | (uint32_t)block[1] << 16 |
			   (uint32_t)block[2] << 8 | block[3];
	for (size_t i = 16; i < 64; i++) {
		uint32_t a = words[i - 15], b = words[i - 2];

		words[i] = words[i - 16] + words[i - 7] + (rotate(a, 7) ^ rotate(a, 18) ^ a >> 3) +
			   (rotate(b, 17) ^ rotate(b, 19) ^ b >> 10);
	}
}

/* Steps 2 to 4. */
static void take_block(uint32_t *hash, const uint8_t *block)
{
	uint32_t words[64], v[8];

	make_schedule(block, words);
	memcpy(v, hash, sizeof(v));
	for (size_t i = 0; i < 64; i++) {
		uint32_t first = v[7] + (rotate(v[4], 6) ^ rotate(v[4], 11) ^ rotate(v[4], 25)) +
				 ((v[4] & v[5]) ^ (~v[4] & v[6])) + constants[i] + words[i];
		uint32_t second = (rotate(v[0], 2) ^ rotate(v[0], 13) ^ rotate(v[0], 22)) +
				  ((v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]));

		memmove(v + 1, v, 7 * sizeof(*v));
		v[4] += first;
		v[0] = first + second;
	}
	for (size_t i = 0; i < 8; i++)
		hash[i] += v[i];
}

/* Section 5.1.1: a one, zeros, and the length in bits, to whole blocks. */
static void take_rest(uint32_t *hash, const uint8_t *rest, size_t len, uint64_t all)
{
	uint8_t end[2 * BLOCK] = {0};
	size_t size = len + 9 <= BLOCK ? BLOCK : 2 * BLOCK;

	if (len)
		memcpy(end, rest, len);
	end[len] = 0x80;
	for (size_t i = 0; i < 8; i++)
		end[size - 1 - i] = (uint8_t)(all * 8 >> 8 * i);
	for (size_t at = 0; at < size; at += BLOCK)
		take_block(hash, end + at);
}

void sha256_text(const void *bytes, size_t len, char ret[SHA256_TEXT])
{
	uint32_t hash[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
			    0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
	const uint8_t *at = bytes;
	size_t left = len;

	for (; left >= BLOCK; left -= BLOCK, at += BLOCK)
		take_block(hash, at);
	take_rest(hash, at, left, len);
	for (size_t i = 0; i < PM_COUNT(hash); i++)
		snprintf(ret + 8 * i, 9, "%08x", hash[i]);
}
