import type { ModelFile } from '#gen/stheno/v1/model_pb.js';
import { jsonArray, jsonString, strictFields } from '../json-fields.ts';

/** @throws {JsonError} for a wrong type, and a member that is not known */
export function readFilesJson(value: unknown): Pick<ModelFile, 'name' | 'content'>[] {
  return jsonArray(value, 'files').map((file, index) => {
    const path = `files[${index}]`;
    const fields = strictFields(file, ['name', 'content'], path);
    return {
      name: jsonString(fields.name, `${path}.name`) ?? '',
      content: jsonString(fields.content, `${path}.content`) ?? '',
    };
  });
}
