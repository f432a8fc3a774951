package io.fanfold.pipeline;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleNameEndingWith;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/**
 * Who may know whom. Think before changing this: services that know only records can be deployed,
 * replaced and understood one at a time.
 */
final class ModuleBoundariesTest {

  private static final String[] SERVICES = {"ingest", "worker", "aggregator", "webhook"};

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.fanfold");

  @Test
  void every_module_is_looked_at() {
    for (String module : new String[] {"schemas", "kit", "standalone"}) {
      assertThat(CLASSES.containPackage("io.fanfold." + module)).as(module).isTrue();
    }
    for (String service : SERVICES) {
      assertThat(CLASSES.containPackage("io.fanfold." + service)).as(service).isTrue();
    }
  }

  @Test
  void dependencies_point_to_the_schemas_and_services_know_only_records() {
    var layers =
        layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("schemas")
            .definedBy("io.fanfold.schemas..")
            .layer("kit")
            .definedBy("io.fanfold.kit..")
            .layer("standalone")
            .definedBy("io.fanfold.standalone..");
    for (String service : SERVICES) {
      layers = layers.layer(service).definedBy("io.fanfold." + service + "..");
    }
    for (String service : SERVICES) {
      layers = layers.whereLayer(service).mayOnlyBeAccessedByLayers("standalone");
    }
    layers
        .whereLayer("standalone")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("kit")
        .mayOnlyBeAccessedByLayers("ingest", "worker", "aggregator", "webhook", "standalone")
        .check(CLASSES);
  }

  @Test
  void no_packages_depend_on_each_other_in_a_circle() {
    slices().matching("io.fanfold.(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void only_a_main_ends_the_process() {
    noClasses()
        .that(
            DescribedPredicate.not(
                simpleNameEndingWith("Main")
                    .or(
                        DescribedPredicate.describe(
                            "in cli", c -> c.getPackageName().endsWith(".cli")))))
        .should()
        .callMethod(System.class, "exit", int.class)
        .orShould()
        .callMethod(Runtime.class, "exit", int.class)
        .orShould()
        .callMethod(Runtime.class, "halt", int.class)
        .check(CLASSES);
  }
}
