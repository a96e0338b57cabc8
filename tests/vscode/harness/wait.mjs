// Waiting for conditions; nothing here sleeps for a fixed time and hopes.

/**
 * How long anything may take that the product or VS Code does. Generous: machines of CI are slow and shared. The variable
 * (in seconds) is for writing scenarios, when waiting in vain is the common case.
 */
export const PATIENCE = Number(process.env.V4WARD_E2E_PATIENCE || 45) * 1000;

/**
 * Polls until `condition` gives something true; gives that back.
 * @template T
 * @param {string} what for the error message
 * @param {() => T | Promise<T>} condition
 * @param {{ timeout?: number, every?: number }} [options]
 * @returns {Promise<NonNullable<T>>}
 */
export async function until(what, condition, { timeout = PATIENCE, every = 50 } = {}) {
    const end = Date.now() + timeout;
    let last;
    let error;
    for (;;) {
        try {
            last = await condition();
            error = undefined;
            if (last) {
                return last;
            }
        } catch (thrown) {
            error = thrown;
        }
        if (Date.now() > end) {
            const seen = error ? ` (last error: ${error.message})` : '';
            throw new Error(`waited ${timeout / 1000} s in vain: ${what}${seen}`, { cause: error });
        }
        await new Promise((resolve) => setTimeout(resolve, every));
    }
}

/**
 * Like `until`, for a condition that gives a value which must pass `accept`; the message shows the last value.
 * @template T
 * @param {string} what
 * @param {() => T | Promise<T>} read
 * @param {(value: T) => unknown} accept
 * @param {{ timeout?: number, every?: number }} [options]
 * @returns {Promise<T>}
 */
export async function untilValue(what, read, accept, options = {}) {
    let last;
    try {
        return (await until(
            what,
            async () => {
                last = await read();
                return (await accept(last)) ? { value: last } : null;
            },
            options,
        )).value;
    } catch (error) {
        error.message += `\nlast seen: ${JSON.stringify(last, null, 2)}`;
        throw error;
    }
}

/**
 * Does `action` and waits for `done`; when that does not come, does both again. For keys that VS Code swallows while it
 * is busy.
 * @template T
 * @param {string} what
 * @param {(attempt: number) => Promise<unknown>} action
 * @param {() => Promise<T>} done must throw when it did not come
 * @param {number} [attempts]
 * @returns {Promise<T>}
 */
export async function retry(what, action, done, attempts = 6) {
    let error;
    for (let attempt = 1; attempt <= attempts; attempt += 1) {
        try {
            await action(attempt);
            return await done();
        } catch (thrown) {
            error = thrown;
        }
    }
    throw new Error(`tried ${attempts} times in vain: ${what}: ${error.message}`, { cause: error });
}
