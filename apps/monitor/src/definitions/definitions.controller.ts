import { Controller, Get } from '@nestjs/common';
import type { MetricDefinition } from '#contract';
import { DEFINITIONS } from '#metric';
import { Asked, Operation } from '../rest/operation.js';
import { ref } from '../rest/schemas.js';

/** What every number means. */
@Controller('api/v1/definitions')
export class DefinitionsController {
  @Get()
  @Operation({ summary: 'Every metric with its meaning', needs: 'read_definitions', answer: ref('DefinitionsAnswer') })
  all(@Asked() _: object): { definitions: readonly MetricDefinition[] } {
    return { definitions: DEFINITIONS };
  }
}
