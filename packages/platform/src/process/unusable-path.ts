import { WrongSetting } from './environment.ts';
import { errorCode } from './error-code.ts';

/** Why a file or folder cannot be used, by the operating system's code. */
const reasons: Record<string, string> = {
  EACCES: 'this user may not use it',
  EEXIST: 'there is something else in its place',
  EISDIR: 'it is a folder',
  ENOENT: 'there is no such file',
  ENOTDIR: 'a part of its path is no folder',
  EPERM: 'this user may not use it',
  EROFS: 'it cannot be written to',
};

/** The error in words that name the variable by which a path was given, where the path is to blame; else the error. */
export function unusablePath(variable: string, path: string, error: unknown): unknown {
  const reason = reasons[errorCode(error) ?? ''];
  return reason ? new WrongSetting(`${variable} is ${path}, but ${reason}.`, error) : error;
}
